import FHIR

/// Codes that are looked for together: those of a value set, or of a branch of a hierarchy.
///
/// There may be tens of thousands of them, so they are one leaf of the tree and not many.
/// <https://hl7.org/fhir/R4/search.html#token>
package struct CodeSet: Hashable, Sendable {
  /// The numbers that the codes have in the index, ascending, by the number of their system.
  package private(set) var codes: [Int64: [Int64]] = [:]
  package let count: Int

  package init(_ tokens: [TokenValue]) {
    var codes: [Int64: Set<Int64>] = [:]
    for token in tokens {
      guard let code = token.codeHash else { continue }
      codes[token.systemHash ?? 0, default: []].insert(code)
    }
    self.codes = codes.mapValues { $0.sorted() }
    count = codes.values.reduce(0) { $0 + $1.count }
  }

  /// The systems in a fixed order.
  package var systems: [Int64] { codes.keys.sorted() }

  /// Whether a row with this code and system is meant.
  func holds(_ code: Int64, _ system: Int64) -> Bool {
    guard let list = codes[system] else { return false }
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] == code { return true }
      if list[middle] < code { low = middle + 1 } else { high = middle }
    }
    return false
  }
}

extension CodeSet: CustomStringConvertible {
  package var description: String { "one of \(count) codes" }
}
