/// The types of FHIR R4 4.0.1 as data, read once from the tables in Data/fhir-r4.
///
/// Immutable once made; <https://hl7.org/fhir/R4/>. Search parameters, value sets and extensions
/// are read when first asked for.
package final class Schema: Sendable {
  /// FHIR R4 4.0.1.
  package static let r4 = SchemaReader.read()

  package let types: [TypeDefinition]
  package let names: NameTable
  /// The 146 concrete resource types, by name.
  package let resourceTypes: [TypeID]
  let typeNames: NameTable
  private let table: MemberTables

  init(types: [TypeDefinition], names: NameTable, typeNames: NameTable, table: MemberTables) {
    self.types = types
    self.names = names
    self.typeNames = typeNames
    self.table = table
    resourceTypes = types.filter { $0.kind == .resource && !$0.isAbstract }
      .sorted { $0.name < $1.name }.map(\.id)
  }

  package subscript(_ id: TypeID) -> TypeDefinition { types[Int(id.rawValue)] }

  package func name(of id: TypeID) -> String { types[Int(id.rawValue)].name }

  /// The type with this name, such as `Patient`, `HumanName`, `Patient.contact` or `string`.
  package func type(named name: String) -> TypeID? {
    var name = name
    return name.withUTF8 { type(named: UnsafeRawBufferPointer($0)) }
  }

  /// The same by bytes, without allocating.
  package func type(named bytes: UnsafeRawBufferPointer) -> TypeID? {
    let number = typeNames.number(of: bytes)
    return number == 0 ? nil : TypeID(rawValue: number - 1)
  }

  /// What a JSON member of a type is; the way for readers of every member of every resource.
  package func member(_ name: NameID, of type: TypeID) -> Member? {
    table[type][name]
  }

  /// What a name in a FHIRPath is: of a choice, `value` and not `valueQuantity`.
  ///
  /// The type of a choice is the first of its types. <https://hl7.org/fhir/R4/fhirpath.html>
  package func pathMember(_ name: NameID, of type: TypeID) -> Member? {
    table[type][path: name]
  }

  /// Whether a type is another or is based on it, directly or not.
  package func isSubtype(_ type: TypeID, of other: TypeID) -> Bool {
    var type = type
    while type != other {
      guard let base = table.base(of: type) else { return false }
      type = base
    }
    return true
  }

  /// Whether a type is a resource, abstract or concrete.
  package func isResource(_ type: TypeID) -> Bool { self[type].kind == .resource }

  /// The rules of a type and of all types it is based on, the most general first.
  package func invariants(of type: TypeID) -> [InvariantDefinition] {
    let definition = self[type]
    return (definition.base.map { invariants(of: $0) } ?? []) + definition.invariants
  }
}

/// The member table and the base of each type, side by side and never freed.
struct MemberTables: @unchecked Sendable {
  private let rows: UnsafePointer<(members: MemberTable, base: UInt16)>
  private static let none = UInt16.max

  init(_ types: [(members: MemberTable, base: TypeID?)]) {
    let rows = UnsafeMutablePointer<(members: MemberTable, base: UInt16)>
      .allocate(capacity: types.count)
    for (index, type) in types.enumerated() {
      (rows + index).initialize(to: (type.members, type.base?.rawValue ?? Self.none))
    }
    self.rows = UnsafePointer(rows)
  }

  subscript(type: TypeID) -> MemberTable { rows[Int(type.rawValue)].members }

  func base(of type: TypeID) -> TypeID? {
    let base = rows[Int(type.rawValue)].base
    return base == Self.none ? nil : TypeID(rawValue: base)
  }
}
