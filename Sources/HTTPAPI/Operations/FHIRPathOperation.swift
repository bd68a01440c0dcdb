import FHIR
import FHIRPath

extension Operation {
  /// Evaluates an expression on a resource: one `result` for each value.
  ///
  /// `Parameters(expression, resource)` in, `Parameters` out.
  /// <https://hl7.org/fhir/R4/fhirpath.html>
  static let fhirpath = Operation(
    name: "fhirpath", definition: "http://fhirpath-lab.org/OperationDefinition/fhirpath",
    levels: [.system], types: nil, allowsGet: false
  ) { call async throws(Anomaly) in
    try call.parameters.allow([])
    let input = try OperationInput(try call.resource(), allowing: ["expression", "resource"])
    defer { withExtendedLifetime(input.document) {} }
    guard let expression = input.value("expression", "valueString")?.string else {
      throw .incorrect(
        "The parameter expression is missing", chinese: "缺少参数 expression", code: .required,
        path: "Parameters.parameter")
    }
    guard let resource = try input.resource("resource") else {
      throw .incorrect(
        "The parameter resource is missing", chinese: "缺少参数 resource", code: .required,
        path: "Parameters.parameter")
    }
    let environment = Environment(now: PartialDate(milliseconds: call.endpoint.effects.now()))
    let values = try Path.evaluate(expression, on: resource, environment)
    let results = withExtendedLifetime(resource) { values.map(result) }
    return Reply(status: 200, ["resourceType": "Parameters", "parameter": .array(results)])
  }

  /// The types that a parameter may have for a value.
  private static let valueTypes: Set<String> = {
    let schema = Schema.r4
    let parameter = schema.type(named: "Parameters.parameter")
    let value = parameter.flatMap { schema[$0].element(named: "value") }
    return Set((value?.jsonNames ?? []).map { schema.name(of: $0.1) })
  }()

  /// A value as a parameter; what no parameter can hold is given as its JSON text.
  private static func result(_ value: Value) -> JSON {
    let json = value.json
    if json["resourceType"] != nil { return ["name": "result", "resource": json] }
    let type = value.shownType
    var result: JSON = ["name": "result"]
    if valueTypes.contains(type) {
      result["value" + type.prefix(1).uppercased() + type.dropFirst()] = json
    } else {
      result["valueString"] = .string(json.string ?? json.text)
    }
    return result
  }
}
