import FHIR
package import RecordStore

/// The FHIR endpoint of this node: what its interactions stand on.
package final class Endpoint: Sendable {
  package let store: any RecordStore
  package let settings: ServerSettings
  package let definitions: Definitions
  package let effects: Effects
  let metrics = Metrics()
  let admission: Admission
  /// The answer at `/metadata`.
  let capabilityStatement: [UInt8]

  package init(
    store: any RecordStore, definitions: Definitions, settings: ServerSettings, effects: Effects
  ) {
    self.definitions = definitions
    self.store = store
    self.settings = settings
    self.effects = effects
    admission = Admission(limits: settings.limits)
    capabilityStatement = CapabilityStatement(started: effects.now()).json.encoded()
  }

  /// The path under which the API lies.
  package static let basePath = "/fhir"

  /// Performs what a call asks; a place or method that the table does not have is refused.
  func perform(_ call: Call) async throws(Anomaly) -> Reply {
    guard let interaction = Interaction.at(call.route.shape, call.verb) else {
      throw Self.notAllowed(call.verb.name, at: call.route.shape)
    }
    return try await interaction.perform(call)
  }

  static func notAllowed(_ method: String, at shape: Route.Shape) -> Anomaly {
    let known = Interaction.verbs(at: shape).map(\.name).joined(separator: ", ")
    return Anomaly(
      .unsupported, "\(method.prefix(20)) is not possible at \(shape.template); possible: \(known)",
      chinese: "\(shape.template) 不支持 \(method.prefix(20)),可用:\(known)", status: 405)
  }
}
