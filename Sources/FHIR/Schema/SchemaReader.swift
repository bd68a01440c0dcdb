/// Reads Data/fhir-r4/types.tsv into a schema: first the names of all types, then their elements.
struct SchemaReader {
  private typealias Field = EmbeddedTable.Field

  private var names = NameTable()
  private var typeNames = NameTable()
  private var types: [TypeDefinition] = []
  private var tables: [(members: MemberTable, base: TypeID?)] = []

  // What is being read.
  private var type: [Field] = []
  private var typeInvariants: [InvariantDefinition] = []
  private var elements: [ElementDefinition] = []
  private var element: [Field] = []
  private var elementInvariants: [InvariantDefinition] = []

  static func read() -> Schema {
    var reader = SchemaReader()
    for name in NameID.fixed {
      name.withUTF8Buffer { _ = reader.names.intern(UnsafeRawBufferPointer($0)) }
    }
    let table = EmbeddedTable("fhir-r4/types.tsv")
    table.forEachRow(columns: 2) { row in
      if row[0].equals("T") { _ = reader.typeNames.intern(row[1]) }
    }
    table.forEachRow(columns: 8) { reader.read($0) }
    reader.finishType()
    return Schema(
      types: reader.types, names: reader.names, typeNames: reader.typeNames,
      table: MemberTables(reader.tables))
  }

  private mutating func read(_ row: [Field]) {
    if row[0].equals("E") {
      finishElement()
      element = row
    } else if row[0].equals("I") {
      let invariant = InvariantDefinition(
        key: row[1].text, isError: row[2].equals("error"), human: row[4].text,
        expression: row[3].text)
      if element.isEmpty {
        typeInvariants.append(invariant)
      } else {
        elementInvariants.append(invariant)
      }
    } else {
      finishType()
      type = row
    }
  }

  private mutating func finishType() {
    finishElement()
    guard !type.isEmpty else { return }
    let id = TypeID(rawValue: UInt16(types.count))
    let members = MemberTable(elements)
    let base = type[3].isEmpty ? nil : Self.reference(type[3], typeNames)
    types.append(
      TypeDefinition(
        id: id, name: type[1].text, kind: kind(type[2]), base: base,
        isAbstract: !type[5].isEmpty, url: type[4].text, elements: elements,
        invariants: typeInvariants, regex: type[6].text, members: members))
    tables.append((members, base))
    type = []
    typeInvariants = []
    elements = []
  }

  private mutating func finishElement() {
    guard !element.isEmpty else { return }
    let row = element
    var flags: ElementDefinition.Flags = []
    for letter in row[3] { flags.insert(flag(letter)) }
    let isContentReference = row[4].first == UInt8(ascii: "#")
    let types: [TypeReference]
    if isContentReference {
      let content = Self.reference(Field(rebasing: row[4].dropFirst()), typeNames)
      types = [TypeReference(type: content, system: nil, targets: [], profiles: [])]
    } else {
      types = row[4].words.map { Self.typeReference($0, typeNames) }
    }
    let name = NameID(rawValue: names.intern(row[1]))
    let (min, max) = Self.cardinality(row[2])
    let jsonNames =
      flags.contains(.choice)
      ? types.map { (choiceName(row[1], $0.type), $0.type) } : types.map { (name, $0.type) }
    elements.append(
      ElementDefinition(
        name: names.string(of: name), nameID: name, jsonNames: jsonNames, min: min, max: max,
        types: types, flags: flags, binding: binding(row), invariants: elementInvariants,
        isContentReference: isContentReference, order: elements.count))
    element = []
    elementInvariants = []
  }
}

/// The grammar of single fields.
extension SchemaReader {
  private func kind(_ field: Field) -> TypeDefinition.Kind {
    switch field.first {
    case UInt8(ascii: "p"): .primitive
    case UInt8(ascii: "c"): .complex
    case UInt8(ascii: "b"): .backbone
    default: .resource
    }
  }

  private func flag(_ letter: UInt8) -> ElementDefinition.Flags {
    switch letter {
    case UInt8(ascii: "s"): .summary
    case UInt8(ascii: "m"): .modifier
    case UInt8(ascii: "a"): .attribute
    default: .choice
    }
  }

  /// `0..1`, `1..*`: bounds of one digit or a star.
  static func cardinality(_ field: EmbeddedTable.Field) -> (min: Int, max: Int) {
    func bound(_ byte: UInt8) -> Int {
      byte == UInt8(ascii: "*") ? Int.max : Int(byte) - Int(UInt8(ascii: "0"))
    }
    return (bound(field[0]), bound(field[field.count - 1]))
  }

  private static func reference(_ name: EmbeddedTable.Field, _ typeNames: NameTable) -> TypeID {
    let number = typeNames.number(of: name)
    precondition(number > 0, "a table of Data/fhir-r4 names an unknown type: \(name.text)")
    return TypeID(rawValue: number - 1)
  }

  /// `type[=System type][>target,target][!profile,profile]`
  static func typeReference(_ field: EmbeddedTable.Field, _ typeNames: NameTable)
    -> TypeReference
  {
    var rest = field
    func cut(_ mark: StaticString) -> EmbeddedTable.Field? {
      guard let index = rest.firstIndex(of: mark.utf8Start.pointee) else { return nil }
      defer { rest = EmbeddedTable.Field(rebasing: rest[..<index]) }
      return EmbeddedTable.Field(rebasing: rest[(index + 1)...])
    }
    var profiles: [String] = []
    cut("!")?.forEachPart(UInt8(ascii: ",")) { profiles.append($0.text) }
    var targets: [TypeID] = []
    cut(">")?.forEachPart(UInt8(ascii: ",")) { targets.append(reference($0, typeNames)) }
    let system = cut("=").flatMap { SystemType(rawValue: $0.text) }
    return TypeReference(
      type: reference(rest, typeNames), system: system, targets: targets, profiles: profiles)
  }

  /// `value` and `Quantity` make `valueQuantity`; `value` and `string` make `valueString`.
  private mutating func choiceName(_ name: Field, _ type: TypeID) -> NameID {
    var bytes = Array(name)
    var typeName = Array(typeNames.string(of: NameID(rawValue: type.rawValue + 1)).utf8)
    if let first = typeName.first, first >= UInt8(ascii: "a") { typeName[0] = first - 32 }
    bytes += typeName
    return bytes.withUnsafeBytes { NameID(rawValue: names.intern($0)) }
  }

  private func binding(_ row: [Field]) -> Binding? {
    guard let strength = BindingStrength(rawValue: row[5].text) else { return nil }
    return Binding(
      strength: strength, valueSet: row[6].text, maxValueSet: row[7].isEmpty ? nil : row[7].text)
  }
}
