import FHIR
import RecordStore

extension Interaction {
  /// The Bundle of a page of results. <https://hl7.org/fhir/R4/bundle.html#searchset>
  ///
  /// The links lead to the other pages at the same path, by GET whatever the method was.
  static func searchset(_ call: Call, _ page: SearchPage, path: String, query: String) -> [UInt8] {
    let size = page.entries.reduce(0) { $0 + $1.version.body.count }
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
    for entry in page.entries { bundle.entry(entry, baseURL: call.baseURL) }
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
