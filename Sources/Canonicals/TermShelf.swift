package import FHIR
import FHIRSearch
package import RecordStore
package import Terminology

/// The editions of one code system in a store.
package struct TermShelf: Sendable {
  let store: any RecordStore
  let url: String
  /// The time in milliseconds since 1970 UTC.
  let now: Int64

  package init(store: any RecordStore, url: String, now: Int64) {
    self.store = store
    self.url = url
    self.now = now
  }

  /// Lists of national size fit; SNOMED CT would not.
  package static let limits: JSONLimits = {
    var limits = JSONLimits()
    limits.size = 512 << 20
    return limits
  }()

  /// The most editions that are looked at.
  private static let editionLimit = 100

  private static func type() throws(Anomaly) -> TypeID {
    guard let type = Schema.r4.type(named: "CodeSystem") else {
      throw .fault("The schema has no CodeSystem")
    }
    return type
  }

  /// The editions that are stored, the newest first.
  package func editions() async throws(Anomaly) -> [CodeSystem] {
    let context = QueryContext(table: store.parameters, now: now)
    let text = "url=\(Self.encoded(url))&_count=\(Self.editionLimit)"
    let query = try Query.parse(text, in: .type(try Self.type()), context)
    var editions: [CodeSystem] = []
    for entry in try await store.search(query).entries {
      let document = try JSONDocument.parse(entry.version.body, limits: Self.limits)
      defer { withExtendedLifetime(document) {} }
      editions.append(try CodeSystem(document.root))
    }
    return editions.sorted { VersionPattern.isOlder($1.version, $0.version) }
  }

  /// Stores an edition in place of the one with its version, or as a new one; says which.
  package func put(_ document: JSONDocument, version: String) async throws(Anomaly) -> String {
    let query = "url=\(Self.encoded(url))&version=\(Self.encoded(version))"
    let outcome = try await store.write(
      .conditionalUpdate(try Self.type(), query: query, document))
    switch outcome.effect {
    case .created: return "imported"
    case .unchanged: return "unchanged"
    default: return "replaced"
    }
  }

  /// A value as it stands in a query: bars, commas and dollars mean themselves.
  private static func encoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        if [UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "$"), UInt8(ascii: "\\")]
          .contains(byte)
        {
          encoded += "%5C"
        }
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return encoded
  }
}
