package import Canonicals
import FHIR
package import MasterIndex
package import RecordStore
import Synchronization

/// The FHIR endpoint of this node: what its interactions stand on.
package final class Endpoint: Sendable {
  package let store: any RecordStore
  package let settings: ServerSettings
  package let definitions: Definitions
  package let effects: Effects
  private let index: PersonIndex?
  let metrics = Metrics()
  let admission: Admission
  private let started: Int64
  private let requests: Atomic<UInt64>
  /// The answer at `/metadata`, and how many search parameters it lists.
  private let statement = Mutex<(parameters: Int, bytes: [UInt8])>((0, []))

  package init(
    store: any RecordStore, definitions: Definitions, settings: ServerSettings, effects: Effects,
    index: PersonIndex? = nil
  ) {
    self.index = index
    self.definitions = definitions
    self.store = store
    self.settings = settings
    self.effects = effects
    admission = Admission(limits: settings.limits)
    started = effects.now()
    requests = Atomic(effects.random())
  }

  /// The master index of the store.
  func personIndex() throws(Anomaly) -> PersonIndex {
    guard let index else {
      throw .unsupported("This server has no master index", chinese: "本服务器没有主索引")
    }
    return index
  }

  /// A request id that was not used before: counted on from a random start.
  func nextRequestID() -> String {
    let number = requests.wrappingAdd(1, ordering: .relaxed).oldValue
    // Fifteen digits fit in a string without memory of its own.
    return String(number & 0xFFF_FFFF_FFFF_FFFF, radix: 16)
  }

  /// The CapabilityStatement; made anew when search parameters were added.
  func capabilityStatement() -> [UInt8] {
    let table = store.parameters
    let count = Schema.r4.resourceTypes.reduce(0) { $0 + table.parameters(of: $1).count }
    return statement.withLock { statement in
      if statement.parameters != count {
        let json = CapabilityStatement(started: started, parameters: table).json
        statement = (count, json.encoded())
      }
      return statement.bytes
    }
  }

  /// The path under which the API lies.
  package static let basePath = "/fhir"

  /// Performs what a call asks; a place or method that the table does not have is refused.
  func perform(_ call: Call) async throws(Anomaly) -> Reply {
    guard let interaction = Interaction.at(call.route.shape, call.verb) else {
      throw Self.notAllowed(call.verb.name, at: call.route.shape)
    }
    return try await perform(call, by: interaction)
  }

  /// Performs it, and knows of what it may have defined before it is told that it is done.
  func perform(_ call: Call, by interaction: Interaction) async throws(Anomaly) -> Reply {
    let reply = try await interaction.perform(call)
    if call.mayDefine { try await definitions.follow(store) }
    return reply
  }

  static func notAllowed(_ method: String, at shape: Route.Shape) -> Anomaly {
    let known = Interaction.verbs(at: shape).map(\.name).joined(separator: ", ")
    return Anomaly(
      .unsupported, "\(method.prefix(20)) is not possible at \(shape.template); possible: \(known)",
      chinese: "\(shape.template) 不支持 \(method.prefix(20)),可用:\(known)", status: 405)
  }
}
