import FHIR

extension RangeValue {
  /// `[prefix]yyyy-mm-ddThh:mm:ss[Z|(+|-)hh:mm]`, as precise as wanted.
  ///
  /// <https://hl7.org/fhir/R4/search.html#date>
  static func parseDate(_ value: QueryValue, _ context: QueryContext) throws(Anomaly) -> RangeValue
  {
    let (comparison, rest) = value.prefix()
    // A plus sign that was not percent-encoded arrives as a space.
    let text = rest.unescaped.map { $0 == " " ? "+" : String($0) }.joined()
    guard text.utf8.count <= dateLimit, let date = PartialDate(text, as: .search) else {
      throw rest.wrong("'\(rest.text)' is not a date", "“\(rest.text)”不是日期")
    }
    var (low, high) = date.bounds(context.offsetInMinutes)
    if comparison == .ap { widen(&low, &high, around: context.now) }
    return RangeValue(comparison, low, high)
  }

  /// The most characters of a date: beyond nanoseconds nothing is measured.
  private static let dateLimit = 35

  /// "the recommended value … is 10% of … the gap between now and the date".
  private static func widen(_ low: inout Int64, _ high: inout Int64, around now: Int64) {
    let gap = max(abs(now &- low), abs(now &- high)) / 10
    low = low &- gap
    high = high &+ gap
  }
}

extension PartialDate {
  /// The first and the last millisecond that are meant; a fraction finer than that is rounded
  /// inwards.
  ///
  /// A value with a fraction of a second is a point: as fine as the index itself.
  func bounds(_ defaultOffsetInMinutes: Int) -> (low: Int64, high: Int64) {
    let range = range(defaultOffsetInMinutes: defaultOffsetInMinutes)
    guard precision == .fraction else { return (range.lowerBound, range.upperBound - 1) }
    let isBetween = time.nanosecond % 1_000_000 != 0
    return (range.lowerBound &+ (isBetween ? 1 : 0), range.lowerBound)
  }
}

/// The rows of dates.
extension EntryWriter {
  func date(_ value: JSONCursor, _ key: Int32) {
    guard let (low, high) = bounds(value) else { return }
    range(low, high, key)
  }

  func period(_ period: JSONCursor, _ key: Int32) {
    guard let (low, high) = periodBounds(period) else { return }
    range(low, high, key)
  }

  func periodBounds(_ period: JSONCursor) -> (Int64, Int64)? {
    let start = period.member(.start).flatMap { bounds($0)?.0 }
    let end = period.member(.end).flatMap { bounds($0)?.1 }
    guard start != nil || end != nil else { return nil }
    return (start ?? RangeLimit.earliest, end ?? RangeLimit.latest)
  }

  /// The events of a timing, and the bounds of what repeats.
  func timing(_ timing: JSONCursor, _ key: Int32) {
    if let events = timing.member("event") {
      for event in events.children { date(event, key) }
    }
    if let bounds = timing.member("repeat")?.member("boundsPeriod") { period(bounds, key) }
  }

  /// The first and last millisecond of a date in a resource, widened to whole ones.
  func bounds(_ value: JSONCursor) -> (Int64, Int64)? {
    guard value.kind == .string, let date = PartialDate(parsing: value.raw, as: .dateTime) else {
      return nil
    }
    let range = date.range(defaultOffsetInMinutes: offsetInMinutes)
    let isPoint = date.precision == .fraction
    return (range.lowerBound, isPoint ? range.lowerBound : range.upperBound - 1)
  }
}
