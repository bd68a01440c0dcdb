import FHIR
import RecordStore

extension Operation {
  /// The profiles, tags and labels in use. <https://hl7.org/fhir/R4/resource-operation-meta.html>
  static let meta = Operation(
    name: "meta", definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta",
    levels: [.system, .type, .instance], types: nil, allowsGet: true
  ) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let scope: HistoryScope =
      if let key = call.route.key {
        .resource(key)
      } else if let type = call.route.type {
        .type(type)
      } else {
        .system
      }
    return reply(try await call.endpoint.store.meta(scope))
  }

  /// <https://hl7.org/fhir/R4/resource-operation-meta-add.html>
  static let metaAdd = Operation(
    name: "meta-add", definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta-add",
    levels: [.instance], types: nil, allowsGet: false
  ) { call async throws(Anomaly) in
    let meta = try input(call)
    return reply(try await call.endpoint.store.changeMeta(try call.key(), .add(meta)))
  }

  /// <https://hl7.org/fhir/R4/resource-operation-meta-delete.html>
  static let metaDelete = Operation(
    name: "meta-delete", definition: "http://hl7.org/fhir/OperationDefinition/Resource-meta-delete",
    levels: [.instance], types: nil, allowsGet: false
  ) { call async throws(Anomaly) in
    let meta = try input(call)
    return reply(try await call.endpoint.store.changeMeta(try call.key(), .delete(meta)))
  }

  private static func input(_ call: Call) throws(Anomaly) -> JSON {
    try call.parameters.allow([])
    let input = try OperationInput(try call.resource(), allowing: ["meta"])
    defer { withExtendedLifetime(input.document) {} }
    guard let meta = input.value("meta", "valueMeta") else {
      throw .incorrect(
        "The parameter meta with a valueMeta is missing", chinese: "缺少含 valueMeta 的参数 meta",
        code: .required, path: "Parameters.parameter")
    }
    return JSON(meta)
  }

  private static func reply(_ meta: JSON) -> Reply {
    Reply(
      status: 200,
      ["resourceType": "Parameters", "parameter": [["name": "return", "valueMeta": meta]]])
  }
}
