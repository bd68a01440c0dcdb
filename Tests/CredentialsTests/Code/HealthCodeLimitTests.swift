import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// How long a terminal needs for a code.
@Suite("Health code speed", .serialized) struct HealthCodeLimitTests {
  @Test func `a terminal without network verifies a code within 5 ms`() throws {
    let issuing = try Issuing()
    var random = SeededRandom(seed: 5)
    let texts = try (0..<300).map {
      try issuing.code("CARD-\($0)", nonce: random.bytes(12)).text
    }
    var verifier = try issuing.verifier(revoked: (1_000..<11_000).map { "CARD-\($0)" })
    let clock = ContinuousClock()
    var times: [Duration] = []
    for text in texts {
      let start = clock.now
      let verdict = try verifier.verify(text, at: Issuing.now)
      times.append(clock.now - start)
      guard case .accepted = verdict else { return #expect(Bool(false), "\(verdict)") }
    }
    times.sort()
    print("FIGURE health code verification p50 \(times[150]), p95 \(times[285])")
    #expect(times[285] <= .milliseconds(5))
  }
}
