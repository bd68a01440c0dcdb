/// How a value is compared, <https://hl7.org/fhir/R4/search.html#prefix>.
package enum Comparison: String, CaseIterable, Sendable {
  case eq, ne, gt, lt, ge, le, sa, eb, ap

  /// The standard's rule for a prefix: a resource's range against that of the query.
  @inline(__always)
  func holds<Bound: Comparable>(_ low: Bound, _ high: Bound, against from: Bound, _ to: Bound)
    -> Bool
  {
    switch self {
    case .eq: low >= from && high <= to
    case .ne: low < from || high > to
    case .gt: high > to
    case .lt: low < from
    case .ge: high > to || low >= from
    case .le: low < from || high <= to
    case .sa: low > to
    case .eb: high < from
    case .ap: low <= to && high >= from
    }
  }
}

/// A bound in the index: milliseconds since 1970 UTC for dates, else a number.
package enum RangeBound: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
}

/// A range that the ranges of resources are compared with; both of its bounds belong to it.
///
/// In the index too, both bounds belong to the range: a day ends at its last millisecond, an
/// instant
/// with a fraction is a point. Numbers are points unless the resource says `Range`.
package struct RangeValue: Hashable, Sendable {
  package var comparison: Comparison
  package var low: RangeBound
  package var high: RangeBound

  package init(_ comparison: Comparison, _ low: Int64, _ high: Int64) {
    self.comparison = comparison
    self.low = .integer(low)
    self.high = .integer(high)
  }

  package init(_ comparison: Comparison, _ low: Double, _ high: Double) {
    self.comparison = comparison
    self.low = .real(low)
    self.high = .real(high)
  }

  /// Whether it holds for a range of whole numbers; what every printer must come to.
  package func holds(_ low: Int64, _ high: Int64) -> Bool {
    guard case .integer(let from) = self.low, case .integer(let to) = self.high else {
      return false
    }
    return comparison.holds(low, high, against: from, to)
  }

  /// The same for real numbers.
  func holds(_ low: Double, _ high: Double) -> Bool {
    guard case .real(let from) = self.low, case .real(let to) = self.high else { return false }
    return comparison.holds(low, high, against: from, to)
  }
}

extension RangeValue: CustomStringConvertible {
  package var description: String {
    switch (low, high) {
    case (.integer(let low), .integer(let high)):
      "\(comparison.rawValue) [\(low), \(high)]"
    case (.real(let low), .real(let high)): "\(comparison.rawValue) [\(low), \(high)]"
    default: comparison.rawValue
    }
  }
}

/// What is a long range: it has rows of its own, so that short ones are found by their start alone.
package enum RangeLimit {
  /// A day.
  package static let milliseconds: Int64 = 86_400_000
  /// Stands for no start or no end.
  package static let earliest = Int64.min / 4
  package static let latest = Int64.max / 4
}

extension EntryWriter {
  /// One row for a short range, two for a long one; both bounds belong to it.
  func range(_ low: Int64, _ high: Int64, _ key: Int32) {
    guard low <= high else { return }
    if high &- low < RangeLimit.milliseconds { return entries.add(key, low, high) }
    entries.add(key &+ IndexVariant.long.rawValue, low, high)
    entries.add(key &+ IndexVariant.longEnd.rawValue, high, low)
  }

  /// One row for a point, two for a range of numbers.
  func range(_ low: Double, _ high: Double, _ key: Int32) {
    guard low <= high else { return }
    func add(_ key: Int32, _ low: Double, _ high: Double) {
      entries.rows.append(
        IndexEntry(
          key, .real, Int64(bitPattern: low.bitPattern), Int64(bitPattern: high.bitPattern)))
    }
    if low == high { return add(key, low, high) }
    add(key &+ IndexVariant.long.rawValue, low, high)
    add(key &+ IndexVariant.longEnd.rawValue, high, low)
  }
}
