import FHIR
import FHIRSearch

/// Where a page begins: an opaque token that only this store can make.
///
/// It carries the place, which search it belongs to and the state of the store when the search
/// began; a
/// keyed checksum tells forged ones.
struct SearchCursor: Hashable {
  enum Key: Hashable {
    case missing
    case integer(Int64)
    case real(Double)
    case text([UInt8])
  }

  var isBackward: Bool
  /// The last sequence number when the first page was read.
  var sequence: Int64
  /// The sort keys of the resource beside the page, and its dense id.
  var keys: [Key]
  var rid: Int64

  /// The token; `secret` is the store's and `query` the text of the search without cursor.
  func token(_ query: String, secret: UInt64) -> String {
    var bytes: [UInt8] = [isBackward ? 1 : 0]
    Self.append(sequence, to: &bytes)
    Self.append(rid, to: &bytes)
    for key in keys {
      switch key {
      case .missing: bytes.append(0)
      case .integer(let value):
        bytes.append(1)
        Self.append(value, to: &bytes)
      case .real(let value):
        bytes.append(2)
        Self.append(Int64(bitPattern: value.bitPattern), to: &bytes)
      case .text(let text):
        bytes.append(3)
        let text = text.prefix(Self.textLimit)
        bytes.append(UInt8(text.count >> 8))
        bytes.append(UInt8(text.count & 0xFF))
        bytes += text
      }
    }
    let sum = Self.checksum(bytes, query, secret)
    Self.append(Int64(bitPattern: sum), to: &bytes)
    return Self.encoded(bytes)
  }

  /// Reads a token; an error when it was not made by this store for this search.
  init(_ token: String, _ query: String, secret: UInt64) throws(Anomaly) {
    let bytes = Self.decoded(token) ?? []
    let wrong = Anomaly.incorrect(
      "The cursor is not one of this search: start again at its first page",
      chinese: "分页游标不属于本次检索,请从第一页重新开始", code: .expired)
    guard bytes.count >= 25, token.utf8.count <= Self.limit else { throw wrong }
    let body = Array(bytes.dropLast(8))
    let sum = UInt64(bitPattern: Self.integer(bytes[(bytes.count - 8)...]))
    guard Self.checksum(body, query, secret) == sum else { throw wrong }
    isBackward = body[0] == 1
    sequence = Self.integer(body[1..<9])
    rid = Self.integer(body[9..<17])
    keys = []
    var rest = body[17...]
    while let kind = rest.popFirst() {
      switch kind {
      case 0: keys.append(.missing)
      case 1 where rest.count >= 8: keys.append(.integer(Self.integer(rest.prefix(8))))
      case 2 where rest.count >= 8:
        let bits = UInt64(bitPattern: Self.integer(rest.prefix(8)))
        keys.append(.real(Double(bitPattern: bits)))
      case 3 where rest.count >= 2:
        let count = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
        guard rest.count >= count else { throw wrong }
        keys.append(.text(Array(rest.prefix(count))))
        rest = rest.dropFirst(count)
        continue
      default: throw wrong
      }
      if kind != 0 { rest = rest.dropFirst(8) }
    }
  }

  init(isBackward: Bool, sequence: Int64, keys: [Key], rid: Int64) {
    self.isBackward = isBackward
    self.sequence = sequence
    self.keys = keys
    self.rid = rid
  }

  /// The longest token.
  private static let limit = 64 << 10
  /// How much of a text is kept as a key.
  private static let textLimit = 8_192

  private static func append(_ value: Int64, to bytes: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Int64(shift)))
    }
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
    bytes.reduce(0) { $0 << 8 | Int64($1) }
  }

  /// SipHash-2-4, <https://www.aumasson.jp/siphash/siphash.pdf>, under the store's key.
  private static func checksum(_ bytes: [UInt8], _ query: String, _ secret: UInt64) -> UInt64 {
    var hash = SipHash(secret, ~secret)
    hash.append(bytes)
    hash.append(Array(query.utf8))
    return hash.finish()
  }

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// Base64 for URLs, <https://www.rfc-editor.org/rfc/rfc4648#section-5>, without padding.
  private static func encoded(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in bytes {
      word = word << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        out.append(digits[Int(word >> UInt32(bits)) & 63])
      }
      word &= 0xFF
    }
    if bits > 0 { out.append(digits[Int(word << UInt32(6 - bits)) & 63]) }
    return String(decoding: out, as: UTF8.self)
  }

  private static func decoded(_ text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for digit in text.utf8 {
      let value = values[Int(digit)]
      guard value < 64 else { return nil }
      word = (word << 6 | UInt32(value)) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return out
  }
}

extension Connection {
  /// The key of this store's cursors, made once from something that nobody else knows.
  func cursorSecret(from seed: String) throws(Anomaly) -> UInt64 {
    let add = try statement("INSERT OR IGNORE INTO secret (name, value) VALUES ('cursor', ?)")
    var hash = SipHash(0, 0)
    hash.append(Array(seed.utf8))
    add.bind(Int64(bitPattern: hash.finish()), at: 1)
    try add.run()
    let secret = try integer("SELECT value FROM secret WHERE name = 'cursor'")
    return UInt64(bitPattern: secret ?? 0)
  }
}
