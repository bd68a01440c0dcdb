import FHIR

/// Where a value stands in a resource: found by descending from the root only when it is asked for.
struct Place {
  /// As FHIRPath: `Patient.name[0].given[1]`, `Observation.value.ofType(Quantity)`.
  private(set) var expression: String
  /// The type of the value.
  private(set) var type: TypeID?

  private let schema: Schema

  /// The place of the value with a tape index in a root of a type.
  init(of index: Int, in root: JSONCursor, type: TypeID?, schema: Schema) {
    self.schema = schema
    self.type = type
    expression = type.map { schema.name(of: $0) } ?? "Resource"
    var cursor = root
    while cursor.index != index {
      guard let (child, number) = Self.child(of: cursor, holding: index) else { return }
      if cursor.kind == .array {
        expression += "[\(number)]"
      } else {
        step(into: child)
      }
      if child.kind == .object, self.type == .resource {
        self.type = Self.resourceType(of: child, schema: schema)
      }
      cursor = child
    }
  }

  /// The type that `resourceType` names, if it is one of FHIR's.
  static func resourceType(of cursor: JSONCursor, schema: Schema) -> TypeID? {
    guard let name = cursor.member(.resourceType), name.kind == .string,
      let type = schema.type(named: name.raw), schema.isResource(type)
    else { return nil }
    return type
  }

  private static func child(of cursor: JSONCursor, holding index: Int) -> (JSONCursor, Int)? {
    var number = 0
    for child in cursor.children {
      if index < child.endIndex { return index >= child.index ? (child, number) : nil }
      number += 1
    }
    return nil
  }

  private mutating func step(into child: JSONCursor) {
    guard let owner = type, let member = schema.member(child.name, of: owner) else {
      let name = child.memberName
      expression += "." + (name.first == "_" ? String(name.dropFirst()) : name)
      type = nil
      return
    }
    let definition = schema[owner].elements[member.element]
    expression += "." + definition.name
    type = member.type
    if definition.isChoice { expression += ".ofType(\(schema.name(of: member.type)))" }
  }
}
