package import Credentials
package import FHIR
import Trust

/// A terminal of the platform's own: it decides by the kit that it holds, and asks no record.
///
/// It takes newer lists when the registry signs them, as a terminal does that is on line now and
/// then; the codes that it has seen stay seen.
package actor CodeTerminal {
  private let registry: CardRegistry
  private let settings: HealthCodeSettings
  private var verifier: HealthCodeVerifier?
  /// When the lists were taken.
  private var taken: Instant?

  /// How long lists are used before newer ones are asked for.
  package static let listsAreFreshInSeconds: Int64 = 5

  package init(_ registry: CardRegistry, _ settings: HealthCodeSettings = HealthCodeSettings()) {
    self.registry = registry
    self.settings = settings
  }

  /// Says that a card has changed, so that the next code is decided by newer lists.
  package func expectNewLists() { taken = nil }

  /// Decides about the text of a code.
  package func verify(_ text: String) async throws(Anomaly) -> HealthCodeVerifier.Verdict {
    let now = registry.now
    try await refresh(at: now)
    guard var verifier else { throw .noCardKeys }
    let verdict = try verifier.verify(text, at: now)
    self.verifier = verifier
    return verdict
  }

  private func refresh(at now: Instant) async throws(Anomaly) {
    if let taken, verifier != nil,
      (0..<Self.listsAreFreshInSeconds * 1000).contains(now.milliseconds - taken.milliseconds)
    {
      return
    }
    guard let keys = registry.keys else { throw .noCardKeys }
    let kit = try await registry.terminalKit()
    // Whoever came meanwhile may have refreshed already; an older list is not taken.
    if var verifier {
      if kit.blacklist.number >= verifier.blacklistNumber { try verifier.take(kit.blacklist) }
      self.verifier = verifier
    } else {
      verifier = try kit.verifier(keys.module, at: now, settings)
    }
    taken = now
  }
}
