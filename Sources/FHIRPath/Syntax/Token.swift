import FHIR

/// The smallest parts of an expression, <https://hl7.org/fhirpath/N1/grammar.html>.
enum Token: Hashable, Sendable {
  case end
  /// A name; one in backticks is never a keyword.
  case identifier(String, isDelimited: Bool)
  case string(String)
  case number(String)
  case date(PartialDate)
  case dateTime(PartialDate)
  case time(PartialTime)
  /// `$this`, `$index`, `$total`
  case special(String)
  /// Punctuation and operators made of signs.
  case sign(String)
}

/// Cuts an expression into tokens.
struct Lexer {
  let text: [UInt8]
  /// Where the token that was read last begins.
  private(set) var start = 0
  private(set) var index = 0

  init(_ text: String) { self.text = Array(text.utf8) }

  private func byte(_ offset: Int = 0) -> UInt8 {
    index + offset < text.count ? text[index + offset] : 0
  }

  mutating func next() throws(Anomaly) -> Token {
    try skipSpace()
    start = index
    guard index < text.count else { return .end }
    let first = text[index]
    switch first {
    case UInt8(ascii: "'"): return .string(try quoted(UInt8(ascii: "'"), "string", "字符串"))
    case UInt8(ascii: "`"):
      let name = try quoted(UInt8(ascii: "`"), "name", "名称")
      return .identifier(name, isDelimited: true)
    case UInt8(ascii: "@"): return try moment()
    case UInt8(ascii: "$"): return try special()
    case _ where Lexer.isDigit(first): return number()
    case _ where Lexer.isNameStart(first): return .identifier(word(), isDelimited: false)
    default: return try sign()
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
  }

  private mutating func word() -> String {
    let begin = index
    while Lexer.isNameStart(byte()) || Lexer.isDigit(byte()) { index += 1 }
    return String(decoding: text[begin..<index], as: UTF8.self)
  }

  private mutating func special() throws(Anomaly) -> Token {
    index += 1
    let name = word()
    guard ["this", "index", "total"].contains(name) else {
      throw wrong("There is no '$\(name)'; there are $this, $index and $total", "没有“$\(name)”")
    }
    return .special(name)
  }

  private mutating func number() -> Token {
    let begin = index
    while Lexer.isDigit(byte()) { index += 1 }
    if byte() == UInt8(ascii: "."), Lexer.isDigit(byte(1)) {
      index += 1
      while Lexer.isDigit(byte()) { index += 1 }
    }
    return .number(String(decoding: text[begin..<index], as: UTF8.self))
  }

  private mutating func sign() throws(Anomaly) -> Token {
    for pair in ["<=", ">=", "!=", "!~"]
    where byte() == pair.utf8.first && byte(1) == pair.utf8.last {
      index += 2
      return .sign(pair)
    }
    let single = Unicode.Scalar(byte())
    guard "+-*/&|<>=~.,()[]{}%".unicodeScalars.contains(single) else {
      throw wrong("This character means nothing here", "此处不应有这个字符")
    }
    index += 1
    return .sign(String(Character(single)))
  }

  private mutating func skipSpace() throws(Anomaly) {
    while index < text.count {
      switch (byte(), byte(1)) {
      case (0x20, _), (0x09, _), (0x0A, _), (0x0D, _): index += 1
      case (UInt8(ascii: "/"), UInt8(ascii: "/")):
        while index < text.count, byte() != 0x0A { index += 1 }
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        start = index
        index += 2
        while index < text.count, byte() != UInt8(ascii: "*") || byte(1) != UInt8(ascii: "/") {
          index += 1
        }
        guard index < text.count else { throw wrong("The comment has no end", "注释没有结束") }
        index += 2
      default: return
      }
    }
  }

  // MARK: Strings

  private mutating func quoted(_ quote: UInt8, _ what: String, _ chinese: String)
    throws(Anomaly) -> String
  {
    index += 1
    var bytes: [UInt8] = []
    while index < text.count, text[index] != quote {
      if text[index] == UInt8(ascii: "\\") {
        try unescape(into: &bytes)
      } else {
        bytes.append(text[index])
        index += 1
      }
    }
    guard index < text.count else { throw wrong("The \(what) has no end", "\(chinese)没有结束") }
    index += 1
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func unescape(into bytes: inout [UInt8]) throws(Anomaly) {
    let place = index
    index += 2
    switch text.indices.contains(place + 1) ? text[place + 1] : 0 {
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "\\"),
      UInt8(ascii: "/"):
      bytes.append(text[place + 1])
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if unit & 0xFC00 == 0xD800, byte() == UInt8(ascii: "\\"), byte(1) == UInt8(ascii: "u") {
        index += 2
        unit = 0x10000 + (unit & 0x3FF) << 10 + (try hexadecimal() & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(unit) else {
        throw wrong(at: place, "A surrogate stands alone", "代理项未成对")
      }
      bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw wrong(at: place, "No such escape", "没有这种转义")
    }
  }

  private mutating func hexadecimal() throws(Anomaly) -> UInt32 {
    let digits = text[index..<min(index + 4, text.count)]
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw wrong(at: index, "Expected four hexadecimal digits", "此处应为四位十六进制数字") }
    index += 4
    return value
  }

  // MARK: Dates

  /// `@2015-02-04T14:34:28.123+09:00` and its shorter forms; `@T14:34` is a time.
  private mutating func moment() throws(Anomaly) -> Token {
    index += 1
    let begin = index
    if byte() == UInt8(ascii: "T") {
      index += 1
      skipTime()
      let text = String(decoding: text[begin + 1..<index], as: UTF8.self)
      guard let time = PartialTime(text, as: .path) else {
        throw wrong("This is no time", "不是有效的时间")
      }
      return .time(time)
    }
    skipDigits(4)
    for _ in 0..<2 where byte() == UInt8(ascii: "-") && Lexer.isDigit(byte(1)) {
      index += 1
      skipDigits(2)
    }
    let isDateTime = byte() == UInt8(ascii: "T")
    if isDateTime {
      index += 1
      if Lexer.isDigit(byte()) {
        skipTime()
        skipZone()
      }
    }
    let text = String(decoding: text[begin..<index], as: UTF8.self)
    guard let date = PartialDate(text, as: isDateTime ? .path : .date) else {
      throw wrong("This is no date", "不是有效的日期")
    }
    return isDateTime ? .dateTime(date) : .date(date)
  }

  private mutating func skipDigits(_ limit: Int) {
    var count = 0
    while count < limit, Lexer.isDigit(byte()) {
      index += 1
      count += 1
    }
  }

  private mutating func skipTime() {
    skipDigits(2)
    for _ in 0..<2 where byte() == UInt8(ascii: ":") {
      index += 1
      skipDigits(2)
    }
    if byte() == UInt8(ascii: "."), Lexer.isDigit(byte(1)) {
      index += 1
      skipDigits(.max)
    }
  }

  private mutating func skipZone() {
    if byte() == UInt8(ascii: "Z") {
      index += 1
    } else if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-"),
      Lexer.isDigit(byte(1)), Lexer.isDigit(byte(2)), byte(3) == UInt8(ascii: ":")
    {
      index += 4
      skipDigits(2)
    }
  }

  // MARK: Errors

  func wrong(_ message: String, _ chinese: String) -> Anomaly {
    wrong(at: start, message, chinese)
  }

  func wrong(at offset: Int, _ message: String, _ chinese: String) -> Anomaly {
    text.withUnsafeBytes { Path.anomaly(message, chinese, in: $0, at: offset) }
  }
}
