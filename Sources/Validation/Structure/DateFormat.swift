/// The forms of `date`, `dateTime`, `instant` and `time`, with real days of the calendar.
///
/// <https://hl7.org/fhir/R4/datatypes.html#dateTime>
struct DateFormat {
  private let text: UnsafeRawBufferPointer
  private var position = 0

  private init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  static func isDate(_ text: UnsafeRawBufferPointer) -> Bool {
    var format = DateFormat(text)
    return format.date() > 0 && format.isAtEnd
  }

  /// A date, or a day with time and zone.
  static func isDateTime(_ text: UnsafeRawBufferPointer) -> Bool {
    var format = DateFormat(text)
    let parts = format.date()
    if parts > 0, format.isAtEnd { return true }
    return parts == 3 && format.skip("T") && format.time() && format.zone() && format.isAtEnd
  }

  /// A day with time, seconds and zone.
  static func isInstant(_ text: UnsafeRawBufferPointer) -> Bool {
    var format = DateFormat(text)
    return format.date() == 3 && format.skip("T") && format.time() && format.zone()
      && format.isAtEnd
  }

  /// `hh:mm:ss` with or without a fraction.
  static func isTime(_ text: UnsafeRawBufferPointer) -> Bool {
    var format = DateFormat(text)
    return format.time() && format.isAtEnd
  }

  private var isAtEnd: Bool { position == text.count }

  private mutating func skip(_ letter: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: letter) else { return false }
    position += 1
    return true
  }

  private mutating func number(_ digits: Int) -> Int? {
    guard position + digits <= text.count else { return nil }
    var value = 0
    for index in position..<position + digits {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    position += digits
    return value
  }

  /// How many of year, month and day there are; 0 when one of them is wrong.
  private mutating func date() -> Int {
    guard let year = number(4), year > 0 else { return 0 }
    guard skip("-") else { return 1 }
    guard let month = number(2), (1...12).contains(month) else { return 0 }
    guard skip("-") else { return 2 }
    guard let day = number(2), day >= 1, day <= Self.days(year, month) else { return 0 }
    return 3
  }

  private mutating func time() -> Bool {
    guard let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60,
      skip(":"), let second = number(2), second <= 60
    else { return false }
    guard skip(".") else { return true }
    let start = position
    while position < text.count, text[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position > start
  }

  private mutating func zone() -> Bool {
    if skip("Z") { return true }
    guard skip("+") || skip("-"), let hour = number(2), skip(":"), let minute = number(2)
    else { return false }
    return minute < 60 && (hour < 14 || hour == 14 && minute == 0)
  }

  private static func days(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
