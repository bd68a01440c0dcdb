import FHIR
import RecordStore

extension Site {
  /// `/fhir`: what the platform holds, by type, and the form that builds a search.
  func browser(_ request: PageRequest, _ frame: Frame) -> PageReply {
    let counts = store.statistics().counts
    let schema = Schema.r4
    let held = schema.resourceTypes.filter { counts[$0, default: 0] > 0 }
      .map { (name: schema.name(of: $0), count: counts[$0, default: 0]) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    let total = held.reduce(0) { $0 + $1.count }
    let type = request["type"].flatMap(schema.type(named:)) ?? schema.type(named: "Patient")
    var values: [String: Any] = [
      "total": total,
      "held": held.map { ["name": $0.name, "count": $0.count] as [String: Any] },
      "isEmpty": held.isEmpty,
    ]
    if let type { values["builder"] = builder(type, [], frame) }
    return .html(Template.browser.render(values, frame))
  }

  /// The values of the form for a type.
  func builder(_ type: TypeID, _ rows: [(name: String, value: String)], _ frame: Frame)
    -> [String: Any]
  {
    var values = QueryBuilder(type: type).values(rows: rows, frame)
    values["types"] = Schema.r4.resourceTypes.map { other in
      ["name": Schema.r4.name(of: other), "isChosen": other == type] as [String: Any]
    }
    return values
  }

  /// `/build`: sends the filled form to the query's own address.
  func built(_ request: PageRequest) throws(Anomaly) -> PageReply {
    guard let address = QueryBuilder.address(of: request) else {
      throw .incorrect(
        "Choose a resource type", chinese: "请选择资源类型", code: .required, path: "type")
    }
    return .redirect(to: address)
  }
}
