package import FHIR

/// What names a resource for good: its type and its logical id.
package struct ResourceKey: Hashable, Sendable, CustomStringConvertible {
  package var type: TypeID
  package var id: String

  package init(type: TypeID, id: String) {
    self.type = type
    self.id = id
  }

  /// The key in a relative reference such as `Patient/23`, with or without `/_history/2` behind it.
  ///
  /// <https://hl7.org/fhir/R4/references.html#literal>
  package init?(reference: some StringProtocol) {
    let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 || (parts.count == 4 && parts[2] == "_history"),
      let type = Schema.r4.type(named: String(parts[0])), Schema.r4.isConcreteResource(type),
      ResourceKey.isID(parts[1])
    else { return nil }
    self.init(type: type, id: String(parts[1]))
  }

  package var description: String { "\(Schema.r4.name(of: type))/\(id)" }

  /// Whether a text may be a logical id. <https://hl7.org/fhir/R4/datatypes.html#id>
  package static func isID(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8
    return (1...64).contains(bytes.count)
      && bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}

extension Schema {
  /// Whether instances of a type can be stored.
  package func isConcreteResource(_ type: TypeID) -> Bool {
    isResource(type) && !self[type].isAbstract
  }
}
