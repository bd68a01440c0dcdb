/// Data/fhir-r4/extensions.tsv, read when an extension is first asked for.
struct ExtensionReader {
  private typealias Field = EmbeddedTable.Field

  static let r4: [String: ExtensionDefinition] = {
    var reader = ExtensionReader(schema: .r4)
    EmbeddedTable("fhir-r4/extensions.tsv").forEachRow(columns: 10) { row in
      if row[0].equals("X") {
        reader.finish()
        reader.root = row
      } else {
        reader.nested.append((row[1].text, row))
      }
    }
    reader.finish()
    return reader.definitions
  }()

  private let schema: Schema
  private var definitions: [String: ExtensionDefinition] = [:]
  private var root: [Field] = []
  private var nested: [(path: String, row: [Field])] = []

  private init(schema: Schema) { self.schema = schema }

  private mutating func finish() {
    guard !root.isEmpty else { return }
    var contexts: [ExtensionDefinition.Context] = []
    root[4].forEachPart(UInt8(ascii: "|")) { contexts.append(context($0)) }
    let definition = ExtensionDefinition(
      url: root[1].text, cardinality: SchemaReader.cardinality(root[2]),
      isModifier: !root[3].isEmpty, contexts: contexts, condition: root[5].text,
      isValueRequired: root[6].first == UInt8(ascii: "1"), values: values(root[7]),
      binding: binding(root[8], root[9]), extensions: inside(""))
    definitions[definition.url] = definition
    nested = []
  }

  /// The extensions whose path is one word longer than this one.
  private func inside(_ prefix: String) -> [ExtensionDefinition] {
    nested.compactMap { path, row in
      guard path.hasPrefix(prefix) else { return nil }
      let url = path.dropFirst(prefix.count)
      guard !url.contains("/") else { return nil }
      return ExtensionDefinition(
        url: String(url), cardinality: SchemaReader.cardinality(row[2]),
        isValueRequired: row[3].first == UInt8(ascii: "1"), values: values(row[4]),
        binding: binding(row[5], row[6]), extensions: inside(path + "/"))
    }
  }

  private func values(_ field: Field) -> [TypeReference] {
    field.words.map { SchemaReader.typeReference($0, schema.typeNames) }
  }

  private func binding(_ strength: Field, _ valueSet: Field) -> Binding? {
    BindingStrength(rawValue: strength.text).map {
      Binding(strength: $0, valueSet: valueSet.text, maxValueSet: nil)
    }
  }

  /// A type, or a path of elements from one: `Questionnaire.item.item` leads to what it refers to.
  private func context(_ path: Field) -> ExtensionDefinition.Context {
    if let type = schema.type(named: path) { return .type(type) }
    var names: [Field] = []
    path.forEachPart(UInt8(ascii: ".")) { names.append($0) }
    var type = schema.type(named: names[0])
    var context: ExtensionDefinition.Context?
    for name in names.dropFirst() {
      let found = type.flatMap { schema[$0].element(named: name.text) }
      guard let owner = type, let found else { break }
      type = found.types.first?.type
      context = .element(found.nameID, of: owner)
    }
    guard let context, let type else {
      preconditionFailure("extensions.tsv names an unknown element: \(path.text)")
    }
    return schema[type].kind == .backbone ? .type(type) : context
  }
}
