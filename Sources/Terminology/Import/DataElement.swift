import FHIR

/// What a data element says of its values; an element is a concept whose code is its identifier.
///
/// WS/T 363-2023 and WS/T 305-2023; docs/adr/0010-data-elements-are-concepts.md says why.
package enum DataElement {
  /// The properties of a concept that is a data element.
  package static let dataType = "dataType"
  package static let format = "format"
  package static let valueDomain = "valueDomain"

  /// What the same columns are called in lists that are not of data elements.
  static let plainNames: [(CodeListColumns.Meaning, String)] = [
    (.dataType, "数据类型"), (.format, "表示格式"), (.valueDomain, "值域"),
  ]

  /// Whether a code is the identifier of a data element: `DE02.01.039.00`; class, subclass, serial
  /// number and variant. WS/T 363, 数据元标识符.
  static func isIdentifier(_ code: String) -> Bool {
    code.wholeMatch(of: /DE\d{2}\.\d{2}\.\d{3}\.\d{2}/) != nil
  }

  /// Text, few or many listed values, truth, number, date, date and time, time, binary.
  ///
  /// WS/T 363, 数据元值的数据类型.
  static let dataTypes: Set<String> = ["S1", "S2", "S3", "L", "N", "D", "DT", "T", "BY"]

  /// Whether a text is a format of representation: `AN18`, `AN..18`, `N3..5,1`, `D8`, `DT15`.
  ///
  /// WS/T 363, 表示格式: letters, digits or both, how many or from how many to how many, and the
  /// places behind the point.
  static func isFormat(_ text: String) -> Bool {
    if ["T/F", "BY"].contains(text) { return true }
    let pattern = /(A|N|AN|D|DT|T)(\d{0,4})(\.\.(\d{1,5}|UL|ul)?)?(,\d{1,2})?(\*\d{1,2})?/
    guard let match = text.wholeMatch(of: pattern) else { return false }
    return !match.2.isEmpty || match.3 != nil
  }
}

extension Library {
  /// The code system that a data element's values come from, by its identifier or its address.
  ///
  /// Tables of WS/T 364 are known by `CV02.01.101`, their code systems by a URL that ends so.
  package func valueDomain(_ text: String) -> CodeSystem? {
    let words = text.split { $0 == " " || $0 == "\u{3000}" }
    guard let name = words.first.map(String.init) else { return nil }
    if let system = codeSystem(name) { return system }
    guard name.utf8.count > 4 else { return nil }
    return storedCodeSystems.lazy.compactMap(\.first).first { system in
      system.url.hasSuffix(name) && !(system.url.dropLast(name.count).last?.isNumber ?? true)
    }
  }
}
