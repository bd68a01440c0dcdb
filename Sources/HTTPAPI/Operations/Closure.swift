import FHIR
import RecordStore
import Terminology

extension Operation {
  /// Keeps a client's closure table: codes in, what is newly known of their order out.
  ///
  /// The table is a resource in the store, so it lives as long as the records do and two servers
  /// over one store do not differ. <https://hl7.org/fhir/R4/conceptmap-operation-closure.html>
  static let closure = Operation(
    name: "closure", definition: "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
    levels: [.system], types: [], allowsGet: false
  ) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let question = try Question(JSON(try call.resource()))
    for part in question.parts where !["name", "concept", "version"].contains(part.name) {
      throw .incorrect(
        "$closure has no parameter '\(part.name.prefix(80))'",
        chinese: "$closure 没有参数“\(part.name.prefix(80))”", code: .notSupported, path: part.name)
    }
    guard let name = question.parts.first(where: { $0.name == "name" })?.value.string else {
      throw .incorrect(
        "The parameter name is missing", chinese: "缺少参数 name", code: .required, path: "name")
    }
    let codings = question.parts.filter { $0.name == "concept" }.map { AskedCoding($0.value) }
    let version = question.parts.first { $0.name == "version" }?.value.string
    let library = try await call.endpoint.definitions.library(call.endpoint.store)
    let (table, before) = try await grow(name, codings, version, library, call)
    let map = table.map(
      since: before, library, date: Instant(milliseconds: call.endpoint.effects.now()).text,
      id: try ClosureTable.id(name))
    return Reply(status: 200, map)
  }

  /// How often it is tried when others write to the same table.
  private static let closureAttempts = 5

  /// The table with the codes added, stored; and the version behind which everything is news.
  private static func grow(
    _ name: String, _ codings: [AskedCoding], _ asked: String?, _ library: Library, _ call: Call
  ) async throws(Anomaly) -> (table: ClosureTable, before: Int) {
    guard let type = Schema.r4.type(named: "Basic") else { throw .fault("There is no Basic") }
    let key = ResourceKey(type: type, id: try ClosureTable.id(name))
    let store = call.endpoint.store
    for attempt in 1...closureAttempts {
      let stored = try await store.read(key).flatMap { $0.isDeleted ? nil : $0 }
      var table = ClosureTable(name: name)
      if let stored { table = ClosureTable(try JSON(parsing: stored.body)) }
      let before = try known(asked, table)
      let isStart = codings.isEmpty && asked == nil
      // Only a name: the table begins anew.
      // <https://hl7.org/fhir/R4/terminology-service.html#closure>
      if isStart { table = ClosureTable(name: name) }
      try table.add(codings, library)
      guard isStart || !codings.isEmpty else { return (table, before) }
      let document = try JSONDocument.parse(table.resource(id: key.id).encoded())
      do throws(Anomaly) {
        _ = try await store.write(
          .update(key, document, ifMatch: stored?.version, ifNoneMatchAny: stored == nil))
        return (table, isStart ? 0 : before)
      } catch  where error.category == .conflict && attempt < closureAttempts {
        continue
      }
    }
    throw Anomaly(
      .busy, "The closure table \(name.prefix(40)) is being changed by others; try again",
      chinese: "闭包表正在被其他请求修改,请重试")
  }

  /// The version that the client has: the one it names, or the one before this call.
  private static func known(_ asked: String?, _ table: ClosureTable) throws(Anomaly) -> Int {
    guard let asked else { return table.version }
    guard let version = Int(asked), (0...table.version).contains(version) else {
      throw .incorrect(
        "The closure table has the versions 0 to \(table.version)",
        chinese: "闭包表的版本为 0 至 \(table.version)", code: .value, path: "version")
    }
    return version
  }
}
