import FHIR

/// What is wrong with a notice, gathered so that the registrar sees all of it at once.
///
/// The path of each is the name of the answer that is meant.
struct Findings {
  private(set) var found: [Anomaly] = []

  mutating func add(_ path: String, _ english: String, _ chinese: String) {
    found.append(
      .incorrect(english, chinese: chinese, code: .businessRule, path: path, status: 422))
  }

  /// Takes over what a check threw, under the name of the answer.
  mutating func check<T>(_ path: String, _ body: () throws(Anomaly) -> T) -> T? {
    do throws(Anomaly) {
      return try body()
    } catch {
      var anomaly = error
      anomaly.path = path
      anomaly.status = 422
      found.append(anomaly)
      return nil
    }
  }

  /// Throws everything found as one anomaly.
  func report() throws(Anomaly) {
    guard var first = found.first else { return }
    first.others = Array(found.dropFirst())
    throw first
  }
}
