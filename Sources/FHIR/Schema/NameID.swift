/// The number of an element's JSON name, such as `birthDate` or `valueQuantity`, in `Schema.names`.
package struct NameID: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No element of FHIR R4 has this name.
  package static let unknown = NameID(rawValue: 0)
}

extension NameID {
  /// Names that have their number beforehand, in this order from 1.
  static let fixed: [StaticString] = [
    "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension",
    "modifierExtension", "url", "value", "reference", "type", "identifier", "display", "system",
    "code", "version", "coding", "start", "end", "versionId", "lastUpdated", "source", "profile",
    "security", "tag", "status", "div", "unit", "comparator", "use", "period", "entry", "fullUrl",
    "resource", "parameter", "name", "family", "given",
  ]

  package static var resourceType: NameID { NameID(rawValue: 1) }
  package static var id: NameID { NameID(rawValue: 2) }
  package static var meta: NameID { NameID(rawValue: 3) }
  package static var implicitRules: NameID { NameID(rawValue: 4) }
  package static var language: NameID { NameID(rawValue: 5) }
  package static var text: NameID { NameID(rawValue: 6) }
  package static var contained: NameID { NameID(rawValue: 7) }
  package static var `extension`: NameID { NameID(rawValue: 8) }
  package static var modifierExtension: NameID { NameID(rawValue: 9) }
  package static var url: NameID { NameID(rawValue: 10) }
  package static var value: NameID { NameID(rawValue: 11) }
  package static var reference: NameID { NameID(rawValue: 12) }
  package static var type: NameID { NameID(rawValue: 13) }
  package static var identifier: NameID { NameID(rawValue: 14) }
  package static var display: NameID { NameID(rawValue: 15) }
  package static var system: NameID { NameID(rawValue: 16) }
  package static var code: NameID { NameID(rawValue: 17) }
  package static var version: NameID { NameID(rawValue: 18) }
  package static var coding: NameID { NameID(rawValue: 19) }
  package static var start: NameID { NameID(rawValue: 20) }
  package static var end: NameID { NameID(rawValue: 21) }
  package static var versionId: NameID { NameID(rawValue: 22) }
  package static var lastUpdated: NameID { NameID(rawValue: 23) }
  package static var source: NameID { NameID(rawValue: 24) }
  package static var profile: NameID { NameID(rawValue: 25) }
  package static var security: NameID { NameID(rawValue: 26) }
  package static var tag: NameID { NameID(rawValue: 27) }
  package static var status: NameID { NameID(rawValue: 28) }
  package static var div: NameID { NameID(rawValue: 29) }
  package static var unit: NameID { NameID(rawValue: 30) }
  package static var comparator: NameID { NameID(rawValue: 31) }
  package static var use: NameID { NameID(rawValue: 32) }
  package static var period: NameID { NameID(rawValue: 33) }
  package static var entry: NameID { NameID(rawValue: 34) }
  package static var fullUrl: NameID { NameID(rawValue: 35) }
  package static var resource: NameID { NameID(rawValue: 36) }
  package static var parameter: NameID { NameID(rawValue: 37) }
  package static var name: NameID { NameID(rawValue: 38) }
  package static var family: NameID { NameID(rawValue: 39) }
  package static var given: NameID { NameID(rawValue: 40) }
}
