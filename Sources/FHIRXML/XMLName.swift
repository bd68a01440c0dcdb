import CExpat

/// The name of an element or attribute with its namespace, in the parser's memory.
package struct XMLName {
  /// Empty for none.
  package let namespace: UnsafeRawBufferPointer
  package let local: UnsafeRawBufferPointer
  /// As written; empty for none.
  package let prefix: UnsafeRawBufferPointer

  /// Stands between the parts as expat gives them; no URI contains it.
  static let separator = UInt8(ascii: "\n")

  /// `namespace\nlocal\nprefix`, `namespace\nlocal` or `local`.
  init(_ name: UnsafePointer<CChar>) {
    var length = 0
    while name[length] != 0 { length += 1 }
    let bytes = UnsafeRawBufferPointer(start: name, count: length)
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    guard let first = bytes.firstIndex(of: Self.separator) else {
      (namespace, local, prefix) = (none, bytes, none)
      return
    }
    namespace = UnsafeRawBufferPointer(rebasing: bytes[..<first])
    let rest = UnsafeRawBufferPointer(rebasing: bytes[(first + 1)...])
    let second = rest.firstIndex(of: Self.separator)
    local = UnsafeRawBufferPointer(rebasing: rest[..<(second ?? rest.count)])
    prefix = second.map { UnsafeRawBufferPointer(rebasing: rest[($0 + 1)...]) } ?? none
  }

  package var isFHIR: Bool { namespace.elementsEqual(Self.fhir.utf8) }
  package var isXHTML: Bool { namespace.elementsEqual(Self.xhtml.utf8) }
  package var text: String { String(decoding: local, as: UTF8.self) }

  package static let fhir = "http://hl7.org/fhir"
  package static let xhtml = "http://www.w3.org/1999/xhtml"
  static let xml = "http://www.w3.org/XML/1998/namespace"
  static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
}

/// The attributes of an element, in the parser's memory.
package struct XMLAttributes: Sequence, IteratorProtocol {
  var start: UnsafeMutablePointer<UnsafePointer<CChar>?>

  package mutating func next() -> (name: XMLName, value: UnsafeRawBufferPointer)? {
    guard let name = start[0], let value = start[1] else { return nil }
    start += 2
    var length = 0
    while value[length] != 0 { length += 1 }
    return (XMLName(name), UnsafeRawBufferPointer(start: value, count: length))
  }
}
