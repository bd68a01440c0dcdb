import FHIR
import Terminology

extension Interaction {
  /// Which code systems can be asked and what expansions can do, told from what is there.
  ///
  /// <https://hl7.org/fhir/R4/terminologycapabilities.html>
  static func terminologyCapabilities(_ call: Call) async throws(Anomaly) -> Reply {
    let library = try await call.endpoint.definitions.library(call.endpoint.store)
    let systems: [JSON] = library.allCodeSystems.map { url, versions in
      var system: JSON = ["uri": .string(url)]
      if !versions.isEmpty {
        system["version"] = .array(versions.map { ["code": .string($0)] })
      }
      return system
    }
    let parameters = TerminologyOperation.expand.parameters(of: "ValueSet").sorted()
    return Reply(
      status: 200,
      [
        "resourceType": "TerminologyCapabilities", "status": "active",
        "date": .string(Instant(milliseconds: call.endpoint.effects.now()).text),
        "kind": "instance",
        "software": [
          "name": "Kangqu 康衢", "version": .string(CapabilityStatement.softwareVersion),
        ],
        "implementation": ["description": "区域全民健康信息平台 Regional population-health platform"],
        "codeSystem": .array(systems),
        "expansion": [
          "hierarchical": true, "paging": true, "incomplete": false,
          "parameter": .array(parameters.map { ["name": .string($0)] }),
        ],
        "codeSearch": "all", "validateCode": ["translations": true],
        "translation": ["needsMap": true], "closure": ["translation": false],
      ])
  }
}
