import FHIR
import FHIRSearch

extension Interaction {
  /// What this server can do, told from the tables by which it does it.
  ///
  /// <https://hl7.org/fhir/R4/http.html#capabilities>
  static let capabilities = Interaction("capabilities", by: .get, at: .metadata) {
    call async throws(Anomaly) in
    try call.parameters.allow(["mode"])
    switch try call.parameters.value("mode") {
    case nil, "full": break
    case "terminology": return try await terminologyCapabilities(call)
    case let mode?:
      throw .incorrect(
        "mode=\(mode.prefix(40)) is not answered; mode=full and mode=terminology are",
        chinese: "不支持 mode=\(mode.prefix(40)),可用 mode=full 和 mode=terminology",
        code: .notSupported, path: "mode")
    }
    return Reply(status: 200, .resource(call.endpoint.capabilityStatement()))
  }

  /// Where a client could sign in: nowhere, until there are accounts.
  ///
  /// <https://hl7.org/fhir/smart-app-launch/conformance.html>
  static let smartConfiguration = Interaction(by: .get, at: .smartConfiguration) {
    _ async throws(Anomaly) in
    throw .notFound(
      "This server has no accounts, so no application can sign in", chinese: "本服务器尚无账户,应用无法登录")
  }
}

/// Writes the CapabilityStatement from the tables of interactions, operations and search
/// parameters.
///
/// <https://hl7.org/fhir/R4/capabilitystatement.html>
struct CapabilityStatement {
  static let softwareVersion = "0.1.0"

  let started: Int64
  /// The search parameters that can be used, those that were added among them.
  let parameters: ParameterTable
  private let schema = Schema.r4
  /// The parameters by which resources refer to others.
  private let references: [SearchParameter]

  init(started: Int64, parameters: ParameterTable) {
    self.started = started
    self.parameters = parameters
    references = Schema.r4.resourceTypes.flatMap { parameters.parameters(of: $0) }
      .filter { $0.type == .reference }
  }

  var json: JSON {
    [
      "resourceType": "CapabilityStatement", "status": "active",
      "date": .string(Instant(milliseconds: started).text), "publisher": "Kangqu",
      "kind": "instance",
      "software": ["name": "Kangqu 康衢", "version": .string(Self.softwareVersion)],
      "implementation": ["description": "区域全民健康信息平台 Regional population-health platform"],
      "fhirVersion": "4.0.1",
      "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
      "patchFormat": [
        "application/json-patch+json", "application/fhir+json", "application/fhir+xml",
      ],
      "rest": [rest],
    ]
  }

  private var rest: JSON {
    [
      "mode": "server",
      "resource": .array(schema.resourceTypes.map(resource)),
      "interaction": codes(at: [.base, .systemHistory, .systemSearch]),
      "searchParam": .array(common.map(parameter)),
      "operation": .array(
        Operation.all.filter { $0.levels.contains(.system) }.map { $0.capability() }),
      "compartment": .array(
        schema.compartments.keys.map { schema.name(of: $0) }.sorted()
          .map { .string("http://hl7.org/fhir/CompartmentDefinition/\($0.lowercased())") }),
    ]
  }

  /// The parameters of all types.
  private var common: [SearchParameterDefinition] {
    schema.resourceTypes.prefix(1).flatMap(definitions).filter { $0.code.hasPrefix("_") }
  }

  /// The parameters of a type; a named query, which `_query` would choose, there is none.
  private func definitions(of type: TypeID) -> [SearchParameterDefinition] {
    parameters.parameters(of: type).map(\.definition).filter { $0.code != "_query" }
  }

  private func codes(at shapes: Set<Route.Shape>) -> JSON {
    var codes: [String] = []
    for interaction in Interaction.all where shapes.contains(interaction.shape) {
      for code in interaction.codes where !codes.contains(code) { codes.append(code) }
    }
    return .array(codes.map { ["code": .string($0)] })
  }

  private func resource(_ type: TypeID) -> JSON {
    let name = schema.name(of: type)
    let parameters = definitions(of: type)
    let includes = parameters.filter { $0.type == .reference }
    var resource: JSON = [
      "type": .string(name),
      "profile": .string("http://hl7.org/fhir/StructureDefinition/\(name)"),
      "interaction": codes(at: [.type, .typeHistory, .instance, .instanceHistory, .version]),
      "versioning": "versioned-update", "readHistory": true, "updateCreate": true,
      "conditionalCreate": true, "conditionalRead": "full-support",
      "conditionalUpdate": .bool(Interaction.at(.type, .put) != nil),
      "conditionalDelete": Interaction.at(.type, .delete) == nil ? "not-supported" : "single",
      "referencePolicy": ["literal", "logical"],
      "searchInclude": .array(
        ["*"] + includes.map { .string("\(name):\($0.code)") }),
      "searchRevInclude": .array(reverseIncludes(of: type)),
      "searchParam": .array(parameters.map(parameter)),
    ]
    let operations = Operation.all.filter { $0.applies(to: type) }
    if !operations.isEmpty {
      resource["operation"] = .array(operations.map { $0.capability(of: name) })
    }
    return resource
  }

  /// The reference parameters of all types that may lead to this one.
  private func reverseIncludes(of target: TypeID) -> [JSON] {
    references.filter { $0.targets.isEmpty || $0.targets.contains(target) }
      .map { .string("\(schema.name(of: $0.base)):\($0.code)") }
  }

  private func parameter(_ definition: SearchParameterDefinition) -> JSON {
    var parameter: JSON = [
      "name": .string(definition.code), "definition": .string(definition.url),
      "type": .string(definition.type.rawValue),
    ]
    if !definition.description.isEmpty {
      parameter["documentation"] = .string(definition.description)
    }
    return parameter
  }
}
