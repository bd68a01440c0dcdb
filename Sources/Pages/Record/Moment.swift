import FHIR

/// When something happened, as exactly as it was written.
struct Moment: Hashable, Comparable, Sendable {
  /// China has one time zone, eight hours east of UTC (GB/T 7408.1-2023); times are told in it.
  static let zoneInMinutes = 480

  /// In the zone of the platform.
  let date: PartialDate
  /// The first millisecond since 1970 UTC that it may mean.
  let milliseconds: Int64

  init?(_ text: String?) {
    guard let text, let date = PartialDate(text, as: .dateTime) else { return nil }
    milliseconds = date.start(defaultOffsetInMinutes: Self.zoneInMinutes)
    guard date.precision >= .hour else {
      self.date = date
      return
    }
    var local = PartialDate(milliseconds: milliseconds, offsetInMinutes: Self.zoneInMinutes)
    local.precision = date.precision
    self.date = local
  }

  init(milliseconds: Int64) {
    self.milliseconds = milliseconds
    date = PartialDate(milliseconds: milliseconds, offsetInMinutes: Self.zoneInMinutes)
  }

  /// The moment of a resource's choice element: a dateTime, or a Period's start (its end where it
  /// has none).
  init?(_ resource: JSONCursor, _ names: String...) {
    for name in names {
      guard let value = resource.member(name) ?? resource.choice(name)?.value else { continue }
      let text =
        value.kind == .object ? value.text("start") ?? value.text("end") : value.string
      guard let moment = Moment(text) else { continue }
      self = moment
      return
    }
    return nil
  }

  static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

  var year: Int { date.year }

  /// Such as `2026-11-21`, `2026-11` or `2026`.
  var day: String {
    var text = String(date.year)
    if date.precision >= .month { text += "-" + Self.two(date.month) }
    if date.precision >= .day { text += "-" + Self.two(date.day) }
    return text
  }

  /// The day without its year, such as `11-21`; the year where no more is known.
  var dayInYear: String {
    guard date.precision >= .month else { return String(date.year) }
    return date.precision >= .day
      ? Self.two(date.month) + "-" + Self.two(date.day) : Self.two(date.month)
  }

  /// Such as `09:30`; nil where no time is known.
  var clock: String? {
    guard date.precision >= .minute else { return nil }
    let minutes = Int(date.time.nanosecondOfDay / 60_000_000_000)
    return Self.two(minutes / 60) + ":" + Self.two(minutes % 60)
  }

  /// Such as `2026-11-21 09:30`.
  var text: String { clock.map { day + " " + $0 } ?? day }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
