import FHIR
import FHIRSearch
import RecordStore

extension Interaction {
  /// Searches a type. <https://hl7.org/fhir/R4/http.html#search>
  static let searchType = Interaction("search-type", by: .get, at: .type, perform: search)
  static let searchTypeByPost = Interaction(
    "search-type", by: .post, at: .typeSearch, perform: search)
  static let searchSystem = Interaction("search-system", by: .get, at: .base, perform: search)
  static let searchSystemByPost = Interaction(
    "search-system", by: .post, at: .systemSearch, perform: search)
  /// Searches around one resource. <https://hl7.org/fhir/R4/compartmentdefinition.html>
  static let searchCompartment = Interaction(by: .get, at: .compartment, perform: search)
  static let searchCompartmentByPost = Interaction(
    by: .post, at: .compartmentSearch, perform: search)

  /// The query is what stands in the URL and, with POST, in the form.
  @Sendable
  private static func search(_ call: Call) async throws(Anomaly) -> Reply {
    var text = call.parameters.text()
    if call.verb == .post, let form = try call.form(), !form.isEmpty {
      let form = try QueryParameters(form).text()
      text = text.isEmpty ? form : text + "&" + form
    }
    let route = call.route
    let scope: SearchScope =
      if let key = route.key {
        .compartment(key.type, id: key.id, route.member)
      } else {
        route.type.map { .type($0) } ?? .system
      }
    var context = QueryContext(
      table: call.endpoint.store.parameters, now: call.endpoint.effects.now(), base: call.baseURL,
      isLenient: call.preference.isLenient)
    let definitions = call.endpoint.definitions
    if mayNameCodeGroups(text) { try await definitions.follow(call.endpoint.store) }
    context.expand = { (group) throws(Anomaly) in try definitions.tokens(group) }
    let query = try Query.parse(text, in: scope, context)
    let subset = ResourceSubset(query)
    return try await call.endpoint.store.search(query) { (page) throws(Anomaly) in
      let bundle = try searchset(call, page, subset, path: scope.path, query: page.applied)
      return Reply(status: 200, .resource(bundle))
    }
  }

  /// Whether a query can have a modifier, such as `:in`; those without do without terminology.
  private static func mayNameCodeGroups(_ query: String) -> Bool {
    query.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "%") }
  }

  /// The Bundle of a page of results. <https://hl7.org/fhir/R4/bundle.html#searchset>
  ///
  /// The links lead to the other pages at the same path, by GET whatever the method was.
  static func searchset(
    _ call: Call, _ page: SearchPage, _ subset: ResourceSubset? = nil, path: String, query: String
  ) throws(Anomaly) -> [UInt8] {
    let size = page.entries.reduce(0) { $0 + $1.version.sizeInBytes }
    var bundle = BundleWriter(type: "searchset", size: size, entries: page.entries.count)
    if let total = page.total { bundle.total(total) }
    bundle.link("self", call.url(path, query))
    let links = page.links
    for (relation, cursor) in [
      ("first", links.first), ("previous", links.previous), ("next", links.next),
      ("last", links.last),
    ] {
      if let cursor { bundle.link(relation, call.url(path, query, cursor: cursor)) }
    }
    for entry in page.entries { try bundle.entry(entry, subset, baseURL: call.baseURL) }
    if !page.warnings.isEmpty {
      bundle.outcome(
        OperationOutcome.resource(
          page.warnings.map {
            OperationOutcome.issue(
              .warning, $0.code, $0.message, chinese: $0.chinese, expression: $0.path)
          }))
    }
    return bundle.finished()
  }
}
