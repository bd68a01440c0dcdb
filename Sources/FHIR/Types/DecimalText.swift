extension ExactDecimal: CustomStringConvertible, LosslessStringConvertible {
  /// Reads a decimal as FHIR writes it: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  ///
  /// <https://hl7.org/fhir/R4/datatypes.html#decimal>. Nil also for more than 38 digits.
  package init?(parsing bytes: UnsafeRawBufferPointer) {
    var index = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    let start = index
    var value: Int128 = 0
    guard ExactDecimal.readDigits(bytes, &index, &value) else { return nil }
    let isZeroLed = bytes[start] == UInt8(ascii: "0")
    guard index == start + 1 || !isZeroLed else { return nil }
    var scale = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let point = index
      guard ExactDecimal.readDigits(bytes, &index, &value) else { return nil }
      scale = index - point
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      guard let exponent = ExactDecimal.readExponent(bytes, &index) else { return nil }
      scale -= exponent
    }
    guard index == bytes.count, abs(scale) <= ExactDecimal.scaleLimit else { return nil }
    self.init(significand: isNegative ? 0 &- value : value, scale: scale)
  }

  package init?(_ text: String) {
    var text = text
    let value = text.withUTF8 { ExactDecimal(parsing: UnsafeRawBufferPointer($0)) }
    guard let value else { return nil }
    self = value
  }

  /// Appends at least one digit to `value`; false on none or on overflow.
  private static func readDigits(
    _ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ value: inout Int128
  ) -> Bool {
    let start = index
    while index < bytes.count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      let (tenfold, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, alsoOver) = tenfold.addingReportingOverflow(Int128(digit))
      guard !over, !alsoOver else { return false }
      value = sum
      index += 1
    }
    return index > start
  }

  private static func readExponent(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Int? {
    var isNegative = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      isNegative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    var exponent: Int128 = 0
    guard readDigits(bytes, &index, &exponent), exponent <= Int128(scaleLimit) * 2 else {
      return nil
    }
    return isNegative ? -Int(exponent) : Int(exponent)
  }

  /// The digits as written; an exponent is spelled out where that takes no more than 38 digits.
  package var description: String {
    var digits = String(significand.magnitude)
    let sign = isNegative ? "-" : ""
    if scale <= 0 {
      if significand == 0 { return "0" }
      guard digits.utf8.count - scale <= ExactDecimal.exponentLimit else {
        return "\(sign)\(digits)e\(-scale)"
      }
      return sign + digits + String(repeating: "0", count: -scale)
    }
    guard scale <= ExactDecimal.exponentLimit * 2 else { return "\(sign)\(digits)e\(-scale)" }
    if digits.utf8.count <= scale {
      digits = String(repeating: "0", count: scale - digits.utf8.count + 1) + digits
    }
    return sign + digits.dropLast(scale) + "." + digits.suffix(scale)
  }
}
