/// Which of the ways of writing a moment is allowed.
package enum DateForm: Sendable {
  /// `date`: a year, a month or a day.
  case date
  /// `dateTime`: a date, or a time with seconds and a zone.
  case dateTime
  /// `instant`: a time with seconds and a zone.
  case instant
  /// A search value: minutes suffice and the zone may be missing.
  /// <https://hl7.org/fhir/R4/search.html#date>
  case search
  /// A FHIRPath literal without its `@`: hours suffice, the zone may be missing, `T` may end it.
  case path
}

extension PartialDate: CustomStringConvertible {
  /// Reads a moment by the regular expressions of the standard and by the real calendar; a leap
  /// second is allowed.
  ///
  /// <https://hl7.org/fhir/R4/datatypes.html#primitive>
  package init?(parsing bytes: UnsafeRawBufferPointer, as form: DateForm) {
    var reader = DigitReader(bytes: bytes)
    guard let year = reader.digits(4), year > 0 else { return nil }
    self.init(year: year, precision: .year)
    if reader.take("-") {
      guard let month = reader.digits(2), (1...12).contains(month) else { return nil }
      self.month = month
      precision = .month
      if reader.take("-") {
        guard let day = reader.digits(2), day >= 1, day <= Calendar.daysInMonth(year, month) else {
          return nil
        }
        self.day = day
        precision = .day
      }
    }
    if form != .date, reader.take("T") {
      if form == .path, reader.isAtEnd { return }
      guard precision == .day, reader.readTime(&time), time.isEnough(for: form) else { return nil }
      precision = time.precision
      if !reader.isAtEnd {
        guard let offset = reader.offset() else { return nil }
        offsetInMinutes = offset
      }
      guard offsetInMinutes != nil || form == .search || form == .path else { return nil }
    }
    guard reader.isAtEnd, form != .instant || precision >= .second else { return nil }
  }

  package init?(_ text: String, as form: DateForm) {
    var text = text
    let value = text.withUTF8 { PartialDate(parsing: UnsafeRawBufferPointer($0), as: form) }
    guard let value else { return nil }
    self = value
  }

  /// The text with as many digits as were read.
  package var description: String {
    var text = String(year).leftPadded(to: 4)
    if precision >= .month { text += "-" + String(month).leftPadded(to: 2) }
    if precision >= .day { text += "-" + String(day).leftPadded(to: 2) }
    if precision >= .hour { text += "T" + time.description }
    guard precision >= .hour, let offset = offsetInMinutes else { return text }
    if offset == 0 { return text + "Z" }
    let sign = offset < 0 ? "-" : "+"
    let hours = String(abs(offset) / 60).leftPadded(to: 2)
    return text + sign + hours + ":" + String(abs(offset) % 60).leftPadded(to: 2)
  }
}

extension PartialTime: CustomStringConvertible {
  /// Reads a time of day; a FHIR `time` has seconds, a FHIRPath literal may have less.
  package init?(parsing bytes: UnsafeRawBufferPointer, as form: DateForm = .dateTime) {
    var reader = DigitReader(bytes: bytes)
    self.init()
    guard reader.readTime(&self), reader.isAtEnd, isEnough(for: form) else { return nil }
  }

  package init?(_ text: String, as form: DateForm = .dateTime) {
    var text = text
    let value = text.withUTF8 { PartialTime(parsing: UnsafeRawBufferPointer($0), as: form) }
    guard let value else { return nil }
    self = value
  }

  fileprivate func isEnough(for form: DateForm) -> Bool {
    switch form {
    case .path: true
    case .search: precision >= .minute
    case .date, .dateTime, .instant: precision >= .second
    }
  }

  package var description: String {
    var text = String(hour).leftPadded(to: 2)
    if precision >= .minute { text += ":" + String(minute).leftPadded(to: 2) }
    if precision >= .second { text += ":" + String(second).leftPadded(to: 2) }
    if precision == .fraction {
      text += "." + String(nanosecond).leftPadded(to: 9).prefix(fractionDigits)
    }
    return text
  }
}

/// Takes fixed runs of digits off a text.
private struct DigitReader {
  let bytes: UnsafeRawBufferPointer
  var index = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func digits(_ count: Int) -> Int? {
    guard index + count <= bytes.count else { return nil }
    var value = 0
    for place in index..<index + count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    index += count
    return value
  }

  /// `hh(:mm(:ss(.f+)?)?)?`
  mutating func readTime(_ time: inout PartialTime) -> Bool {
    guard let hour = digits(2), hour <= 23 else { return false }
    time.hour = hour
    time.precision = .hour
    guard take(":") else { return true }
    guard let minute = digits(2), minute <= 59 else { return false }
    time.minute = minute
    time.precision = .minute
    guard take(":") else { return true }
    guard let second = digits(2), second <= 60 else { return false }
    time.second = second
    time.precision = .second
    guard take(".") else { return true }
    var unit = 100_000_000
    let start = index
    while let digit = digits(1) {
      time.nanosecond += digit * unit
      unit /= 10
    }
    time.fractionDigits = min(index - start, 9)
    time.precision = .fraction
    return index > start
  }

  /// `Z` or `±hh:mm` up to 14:00.
  mutating func offset() -> Int? {
    if take("Z") { return 0 }
    let isEast = take("+")
    guard isEast || take("-") else { return nil }
    guard let hours = digits(2), take(":"), let minutes = digits(2), minutes <= 59,
      hours * 60 + minutes <= 14 * 60
    else { return nil }
    return (hours * 60 + minutes) * (isEast ? 1 : -1)
  }
}

extension String {
  /// The text with zeros before it up to `count` characters.
  func leftPadded(to count: Int) -> String {
    String(repeating: "0", count: max(0, count - utf8.count)) + self
  }
}
