import Synchronization

/// Results remembered by the text they were made from: patterns and units that come again.
///
/// When it is full it forgets everything, so no caller can fill it for good.
package final class Memo<Result: Sendable>: Sendable {
  private let limit: Int
  private let results = Mutex<[String: Result]>([:])

  package init(limit: Int) { self.limit = limit }

  /// The result for a text, made now or before; an error is not remembered.
  package func result(
    _ text: String, _ make: (String) throws(Anomaly) -> Result
  ) throws(Anomaly) -> Result {
    if let known = results.withLock({ $0[text] }) { return known }
    let made = try make(text)
    results.withLock { results in
      if results.count >= limit { results.removeAll(keepingCapacity: true) }
      results[text] = made
    }
    return made
  }
}
