import FHIR
import Synchronization

/// How much work one question has cost: value sets that import each other can ask for any amount.
final class Effort: Sendable {
  private let steps = Atomic<Int>(0)

  /// The most value sets that are gone through for one question, each time counted.
  private static let limit = 200_000

  func spend() throws(Anomaly) {
    guard steps.wrappingAdd(1, ordering: .relaxed).newValue <= Self.limit else {
      throw .incorrect(
        "The value sets import each other too often to be gone through",
        chinese: "值集相互导入过多,无法处理", code: .tooCostly)
    }
  }
}
