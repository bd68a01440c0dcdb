import FHIR
import RecordStore
import Validation

extension Operation {
  /// What is wrong with a resource, without storing it.
  ///
  /// <https://hl7.org/fhir/R4/resource-operation-validate.html>
  static let validate = Operation(
    name: "validate", definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate",
    levels: [.system, .type, .instance], types: nil, allowsGet: false
  ) { call async throws(Anomaly) in
    try call.parameters.allow(["profile", "mode"])
    var mode = try call.parameters.value("mode")
    var profile = try call.parameters.value("profile")
    var document = try call.resource()
    if document.root.member("resourceType")?.equals("Parameters") == true,
      call.route.type.map({ Schema.r4.name(of: $0) }) != "Parameters"
    {
      let input = try OperationInput(document, allowing: ["resource", "mode", "profile"])
      mode = input.value("mode", "valueCode", "valueString")?.string ?? mode
      profile =
        input.value("profile", "valueUri", "valueCanonical", "valueString")?.string ?? profile
      guard let resource = try input.resource("resource") else {
        throw .incorrect(
          "The parameter resource is missing", chinese: "缺少参数 resource", code: .required,
          path: "Parameters.parameter")
      }
      document = resource
    }
    try check(mode)
    try await call.endpoint.definitions.follow(call.endpoint.store)
    let validator = call.endpoint.definitions.validator(depth: .profiles)
    if let profile, !validator.profiles.contains(profile) {
      throw .notFound(
        "The profile \(profile) is not stored here", chinese: "未存储 profile \(profile)")
    }
    let issues = validator.validate(
      document, as: call.route.type, against: profile.map { [$0] } ?? [])
    return Reply(status: 200, operationOutcome(issues))
  }

  /// The modes that say what the resource is for; deleting needs no content.
  private static func check(_ mode: String?) throws(Anomaly) {
    switch mode {
    case nil, "create", "update", "profile": break
    case let mode?:
      throw .incorrect(
        "mode=\(mode.prefix(40)) is not answered; create, update and profile are",
        chinese: "不支持 mode=\(mode.prefix(40)),可用 create、update、profile", code: .notSupported,
        path: "mode")
    }
  }
}
