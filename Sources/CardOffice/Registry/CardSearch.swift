import FHIR
import FHIRSearch
import RecordStore

extension RecordStore {
  /// Everything that a search finds, page by page, each with what it includes.
  ///
  /// - Parameter text: what stands behind `Device?`.
  func eachPage(
    of type: String, _ text: String, at now: Int64,
    _ use: (SearchPage) throws(Anomaly) -> Void
  ) async throws(Anomaly) {
    guard let id = Schema.r4.type(named: type) else { throw .fault("\(type) is no type") }
    let context = QueryContext(table: parameters, now: now)
    var cursor: String?
    repeat {
      let page = cursor.map { "&\(Query.cursorName)=\(SearchText.encoded($0))" } ?? ""
      let query = try Query.parse(
        "\(text)&_count=\(Query.maximumCount)\(page)", in: .type(id), context)
      let found = try await search(query)
      try use(found)
      cursor = found.links.next
    } while cursor != nil
  }

  /// A resource that is there, as a tree, with its version; nil when it is not or no longer.
  func resource(_ key: ResourceKey) async throws(Anomaly) -> (JSON, version: Int)? {
    guard let version = try await read(key), !version.isDeleted else { return nil }
    return (try JSON(parsing: version.body), version.version)
  }
}

/// Texts as parts of a search. <https://hl7.org/fhir/R4/search.html#escaping>
enum SearchText {
  /// An identifier as `system|value`.
  static func token(_ number: CardNumberText) -> String {
    encoded(escaped(number.system)) + "%7C" + encoded(escaped(number.value))
  }

  /// System and value of an identifier.
  typealias CardNumberText = (system: String, value: String)

  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      if "\\,|$".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }

  /// Percent-encoded but for letters and digits, RFC 3986 §2.1.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return out
  }
}
