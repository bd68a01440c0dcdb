import Credentials
import FHIR
import Foundation
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
    var work: [Duration] = []
    for text in texts {
      let (start, startOfWork) = (clock.now, Self.processorTime())
      let verdict = try verifier.verify(text, at: Issuing.now)
      work.append(Self.processorTime() - startOfWork)
      times.append(clock.now - start)
      guard case .accepted = verdict else {
        Issue.record("\(verdict)")
        return
      }
    }
    times.sort()
    work.sort()
    print("FIGURE health code verification p50 \(times[150]), p95 \(times[285])")
    #expect(times[150] <= .milliseconds(5))
    // What other processes take from this one is not counted in the last percent.
    #expect(work[297] <= .milliseconds(5))
  }

  /// What the processor has worked for this thread.
  private static func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
