import FHIR
import RecordStore

extension Operation {
  /// The whole record of a person. <https://hl7.org/fhir/R4/operation-patient-everything.html>
  static let everything = Operation(
    name: "everything", definition: "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    levels: [.instance], types: ["Patient"], allowsGet: true
  ) { call async throws(Anomaly) in
    var parameters = call.parameters
    if call.verb == .post, case .bytes(let bytes, _) = call.body, !bytes.isEmpty {
      parameters = try read(try call.resource())
    }
    try parameters.allow(["_since", "_type", "_count", "_cursor"])
    let key = try call.key()
    let window = EverythingWindow(
      since: try parameters.instant("_since")?.lowerBound, types: try types(parameters),
      count: try parameters.count("_count", atLeast: 1),
      cursor: try parameters.value("_cursor"))
    let query = parameters.text(without: ["_cursor"])
    return try await call.endpoint.store.everything(key, window) { (page) throws(Anomaly) in
      let bundle = try Interaction.searchset(
        call, page, path: "\(key)/$everything", query: query)
      return Reply(status: 200, .resource(bundle))
    }
  }

  private static func types(_ parameters: QueryParameters) throws(Anomaly) -> [TypeID] {
    var types: [TypeID] = []
    for name in parameters.values("_type") {
      guard let type = Schema.r4.type(named: name), Schema.r4.isConcreteResource(type) else {
        throw .incorrect(
          "_type names '\(name.prefix(80))', which is no resource type",
          chinese: "_type 中的“\(name.prefix(80))”不是资源类型", code: .value, path: "_type")
      }
      types.append(type)
    }
    return types
  }

  /// The same parameters from the body of a POST.
  private static func read(_ document: JSONDocument) throws(Anomaly) -> QueryParameters {
    let names: Set<String> = ["_since", "_type", "_count"]
    let input = try OperationInput(document, allowing: names)
    defer { withExtendedLifetime(document) {} }
    var query: [String] = []
    for name in names.sorted() {
      if let value = input.value(name, "valueInstant", "valueCode", "valueString", "valueInteger") {
        query.append(name + "=" + PercentEncoding.encode(value.scalarText))
      }
    }
    return try QueryParameters(query.joined(separator: "&"))
  }
}
