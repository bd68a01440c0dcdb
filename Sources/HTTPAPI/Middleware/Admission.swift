import FHIR
import Synchronization

/// How many requests, and how many bytes of their bodies, are in work at one time.
///
/// What is beyond the bounds is told to come back, so that memory and waiting stay bounded.
final class Admission: Sendable {
  private let limits: ServerSettings.Limits
  private let requests = Atomic<Int>(0)
  private let bodyBytes = Atomic<Int>(0)

  init(limits: ServerSettings.Limits) { self.limits = limits }

  /// Requests in work now.
  var inWork: Int { requests.load(ordering: .relaxed) }

  /// Takes a place; false when all are taken. A place taken is given back by `leave`.
  func enter() -> Bool {
    let before = requests.wrappingAdd(1, ordering: .relaxed).oldValue
    if before < limits.concurrentRequests { return true }
    requests.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  func leave() { requests.wrappingSubtract(1, ordering: .relaxed) }

  /// Takes room for body bytes; 503 when there is none left.
  func reserve(_ bytes: Int) throws(Anomaly) {
    let before = bodyBytes.wrappingAdd(bytes, ordering: .relaxed).oldValue
    guard before + bytes <= limits.allBodiesInBytes else {
      bodyBytes.wrappingSubtract(bytes, ordering: .relaxed)
      throw Self.full
    }
  }

  func release(_ bytes: Int) { bodyBytes.wrappingSubtract(bytes, ordering: .relaxed) }

  static let full = Anomaly(
    .busy, "The server has all the work it takes at one time; try again in a moment",
    chinese: "服务器正忙,请稍后再试", status: 503)
}
