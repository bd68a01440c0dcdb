/// Data/fhir-r4/searchparameters.tsv, read when a search parameter is first asked for.
struct SearchParameterTable: Sendable {
  static let r4 = SearchParameterTable(schema: .r4)

  let all: [SearchParameterDefinition]
  let byURL: [String: Int]
  private let byBase: [TypeID: [Int]]

  /// The places in `all` of a type's parameters, those of its most general base first.
  func indices(for type: TypeID, in schema: Schema) -> [Int] {
    let inherited = schema[type].base.map { indices(for: $0, in: schema) } ?? []
    return inherited + (byBase[type] ?? [])
  }

  private init(schema: Schema) {
    var all: [SearchParameterDefinition] = []
    var row: [EmbeddedTable.Field] = []
    var components: [(definition: String, expression: String)] = []
    func finish() {
      guard !row.isEmpty else { return }
      all.append(Self.definition(row, components, schema))
      components = []
    }
    EmbeddedTable("fhir-r4/searchparameters.tsv").forEachRow(columns: 12) { fields in
      if fields[0].equals("C") {
        components.append((fields[1].text, fields[2].text))
      } else {
        finish()
        row = fields
      }
    }
    finish()
    self.all = all
    var byURL: [String: Int] = [:]
    var byBase: [TypeID: [Int]] = [:]
    for (index, parameter) in all.enumerated() {
      byURL[parameter.url] = index
      for base in parameter.base { byBase[base, default: []].append(index) }
    }
    self.byURL = byURL
    self.byBase = byBase
  }

  private static func definition(
    _ row: [EmbeddedTable.Field], _ components: [(definition: String, expression: String)],
    _ schema: Schema
  ) -> SearchParameterDefinition {
    guard let type = SearchParameterType(rawValue: row[2].text) else {
      preconditionFailure("searchparameters.tsv has no such type: \(row[2].text)")
    }
    return SearchParameterDefinition(
      url: row[3].text, code: row[1].text, name: row[9].text, type: type,
      base: row[4].words.compactMap { schema.type(named: $0) }, expression: row[10].text,
      targets: row[5].words.compactMap { schema.type(named: $0) }, components: components,
      comparators: row[6].words.map(\.text), modifiers: row[7].words.map(\.text),
      multipleOr: !row[8].contains(UInt8(ascii: "o")),
      multipleAnd: !row[8].contains(UInt8(ascii: "a")), description: row[11].text)
  }
}
