package import FHIR

/// An element of a resource: its place on the tape, its type, and for a primitive its `_` twin.
///
/// A node is valid only while its document lives.
package struct Node: Sendable {
  /// The value; where a primitive has none, its twin with the extensions.
  package let cursor: JSONCursor
  package let type: TypeID
  /// The tape index of the twin that holds a primitive's `id` and `extension`; 0 for none.
  let twin: UInt32

  package init(_ cursor: JSONCursor, type: TypeID) {
    self.init(cursor, type: type, twin: 0)
  }

  init(_ cursor: JSONCursor, type: TypeID, twin: UInt32) {
    self.cursor = cursor
    self.type = type
    self.twin = twin
  }

  /// A resource, of the type that it says it is.
  package init(resource cursor: JSONCursor) {
    self.init(cursor, type: Node.resourceType(of: cursor) ?? .resource)
  }

  package static func resourceType(of cursor: JSONCursor) -> TypeID? {
    cursor.member(.resourceType).flatMap { Schema.r4.type(named: $0.raw) }
  }

  /// Whether it is a primitive with extensions and no value.
  var isValueless: Bool { twin != 0 && Int(twin) == cursor.index }

  package var typeName: String { Schema.r4.name(of: type).backboneShortened }

  var isResource: Bool { Schema.r4.isResource(type) }

  var isQuantity: Bool { type == .quantity || Schema.r4.isSubtype(type, of: .quantity) }

  /// The primitive's value; nil where it has none or what is written is none.
  func systemValue(_ primitive: Primitive) -> Value? {
    guard !isValueless else { return nil }
    switch primitive.system {
    case .boolean: return cursor.bool.map { .boolean($0) }
    case .integer:
      guard cursor.kind == .number, let value = ExactDecimal(parsing: cursor.raw) else {
        return nil
      }
      return value.integer.map { .integer($0) } ?? .decimal(value)
    case .decimal:
      guard cursor.kind == .number else { return nil }
      return ExactDecimal(parsing: cursor.raw).map { .decimal($0) }
    case .string: return cursor.string.map { .string($0) }
    case .date: return PartialDate(parsing: cursor.raw, as: .date).map { .date($0) }
    case .dateTime: return PartialDate(parsing: cursor.raw, as: .dateTime).map { .dateTime($0) }
    case .time: return PartialTime(parsing: cursor.raw).map { .time($0) }
    }
  }
}

extension String {
  /// The elements in a backbone have no type of their own name: `Patient.contact` is a
  /// `BackboneElement`.
  fileprivate var backboneShortened: String { contains(".") ? "BackboneElement" : self }
}
