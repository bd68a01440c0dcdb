import FHIR
import FHIRSearch
import RecordStore

/// A search parameter that was added by storing a SearchParameter.
///
/// <https://hl7.org/fhir/R4/searchparameter.html>
struct CustomParameter: Sendable {
  let definition: SearchParameterDefinition
  /// Changes with everything that its index rows depend on.
  let signature: Int64

  /// Nil for what is not active and for what the standard has already.
  init?(_ resource: JSONCursor) throws(Anomaly) {
    guard let url = resource.member("url")?.string,
      resource.member("status")?.string == "active",
      Schema.r4.searchParameter(url: url) == nil
    else { return nil }
    func wrong(_ name: String) -> Anomaly {
      .incorrect(
        "SearchParameter.\(name) is missing or has no meaning here",
        chinese: "SearchParameter.\(name) 缺失或无效", path: "SearchParameter.\(name)")
    }
    guard let code = resource.member("code")?.string else { throw wrong("code") }
    guard let type = resource.member("type")?.string.flatMap(SearchParameterType.init) else {
      throw wrong("type")
    }
    guard let expression = resource.member("expression")?.string else { throw wrong("expression") }
    let texts = { (name: String) in
      resource.member(name)?.children.compactMap(\.string) ?? []
    }
    let base = texts("base").compactMap { Schema.r4.type(named: $0) }
    guard !base.isEmpty, base.count == texts("base").count else { throw wrong("base") }
    let components = resource.member("component")?.children.map {
      ($0.member("definition")?.string ?? "", $0.member("expression")?.string ?? "")
    }
    definition = SearchParameterDefinition(
      url: url, code: code, name: resource.member("name")?.string, type: type, base: base,
      expression: expression, targets: texts("target").compactMap { Schema.r4.type(named: $0) },
      components: components ?? [], comparators: texts("comparator"),
      modifiers: texts("modifier"), multipleOr: resource.member("multipleOr")?.bool ?? true,
      multipleAnd: resource.member("multipleAnd")?.bool ?? true)
    let parts = [code, type.rawValue, expression, texts("base").joined(separator: ",")]
    signature = Migration(number: 0, name: "", sql: parts.joined(separator: "\n")).checksum
  }

  /// The names of its numbers in the parameter table, and what says how far its rows are made.
  func names(in table: ParameterTable) -> [(name: String, number: Int32)] {
    table.numbers.filter { $0.key.hasSuffix(" " + definition.url) }
      .map { (name: $0.key, number: $0.value) }
  }

  /// The name under which the progress of a number is kept.
  func progress(_ number: Int32) -> String { "reindex \(number) \(signature)" }
}

extension Connection {
  /// The parameters that were added, by their URLs; the oldest of equal ones counts.
  func customParameters(_ codec: BodyCodec) throws(Anomaly) -> [CustomParameter] {
    guard let type = Schema.r4.type(named: "SearchParameter") else { return [] }
    let row = try statement(
      "SELECT dictionary, body FROM resource WHERE type = ? AND deleted = 0 ORDER BY rid")
    row.bind(Int64(type.rawValue), at: 1)
    defer { row.reset() }
    var found: [CustomParameter] = []
    var urls: Set<String> = []
    while try row.step() {
      let document = try JSONDocument.parse(
        try codec.unpack(row.blob(1), dictionary: row.int64(0)))
      if let custom = try CustomParameter(document.root),
        urls.insert(custom.definition.url).inserted
      {
        found.append(custom)
      }
      withExtendedLifetime(document) {}
    }
    return found
  }

  /// The indexing that the stored SearchParameters ask for; new ones are given numbers.
  func indexing(_ codec: BodyCodec, epoch: Int) throws(Anomaly) -> Indexing {
    var numbers: [String: Int32] = [:]
    let rows = try statement("SELECT number, name FROM parameter")
    while try rows.step() {
      numbers[rows.text(1)] = Int32(truncatingIfNeeded: rows.int64(0))
    }
    rows.reset()
    let customs = try customParameters(codec)
    let table = try ParameterTable(numbers: numbers, custom: customs.map(\.definition))
    let add = try statement("INSERT INTO parameter (number, name) VALUES (?, ?)")
    for (name, number) in table.numbers where numbers[name] == nil {
      add.bind(Int64(number), at: 1)
      add.bind(name, at: 2)
      try add.run()
    }
    var ready: [SearchParameterDefinition] = []
    for custom in customs {
      var isReady = true
      for (_, number) in custom.names(in: table) {
        let done = try progress(custom.progress(number))
        if done != Reindexing.isDone { isReady = false }
      }
      if isReady { ready.append(custom.definition) }
    }
    return Indexing(
      epoch: epoch, table: table,
      searchable: try ParameterTable(numbers: table.numbers, custom: ready))
  }

  /// How far something that follows has come; nil when it has not begun.
  func progress(_ name: String) throws(Anomaly) -> Int64? {
    let row = try statement("SELECT sequence FROM progress WHERE name = ?")
    row.bind(name, at: 1)
    defer { row.reset() }
    return try row.step() ? row.int64(0) : nil
  }

  func setProgress(_ name: String, _ value: Int64) throws(Anomaly) {
    let row = try statement("INSERT OR REPLACE INTO progress (name, sequence) VALUES (?, ?)")
    row.bind(name, at: 1)
    row.bind(value, at: 2)
    try row.run()
  }
}
