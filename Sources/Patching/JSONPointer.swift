import FHIR

/// The way to a value in a JSON text. <https://www.rfc-editor.org/rfc/rfc6901>
struct JSONPointer: Hashable, Sendable {
  let text: String
  let tokens: [String]

  /// Deeper values cannot exist.
  static let tokenLimit = JSONLimits().depth

  init(_ text: String) throws(Anomaly) {
    var tokens: [String] = []
    if !text.isEmpty {
      guard text.utf8.first == UInt8(ascii: "/") else {
        throw JSONPointer.wrong(text, "must begin with '/'", "应以“/”开头")
      }
      for part in text.utf8.dropFirst().split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      {
        guard let token = JSONPointer.unescaped(part) else {
          throw JSONPointer.wrong(text, "has '~' without 0 or 1 behind it", "中“~”之后应为 0 或 1")
        }
        tokens.append(token)
      }
    }
    guard tokens.count <= JSONPointer.tokenLimit else {
      throw JSONPointer.wrong(text, "is too deep", "过深")
    }
    self.text = text
    self.tokens = tokens
  }

  /// The pointer to the container; that of the whole is itself.
  init(parentOf pointer: JSONPointer) {
    tokens = pointer.tokens.dropLast()
    text = pointer.text
  }

  /// `~1` is `/` and `~0` is `~`.
  private static func unescaped(_ part: some Sequence<UInt8>) -> String? {
    var out: [UInt8] = []
    var isEscape = false
    for byte in part {
      if isEscape {
        guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
        out.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
        isEscape = false
      } else if byte == UInt8(ascii: "~") {
        isEscape = true
      } else {
        out.append(byte)
      }
    }
    return isEscape ? nil : String(decoding: out, as: UTF8.self)
  }

  /// Whether it leads to something within what another leads to.
  func isWithin(_ other: JSONPointer) -> Bool {
    tokens.count > other.tokens.count
      && zip(tokens, other.tokens).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }

  private static func wrong(_ text: String, _ message: String, _ chinese: String) -> Anomaly {
    .incorrect(
      "The JSON Pointer '\(text.prefix(128))' \(message)",
      chinese: "JSON Pointer“\(text.prefix(128))”\(chinese)", code: .value)
  }
}

extension JSON {
  /// The value that a pointer leads to; nil when there is none.
  subscript(pointer: JSONPointer) -> JSON? {
    var value = self
    for token in pointer.tokens {
      switch value {
      case .object(let object):
        guard let place = object.place(of: token) else { return nil }
        value = object.members[place].value
      case .array(let items):
        guard let index = JSON.index(token), index < items.count else { return nil }
        value = items[index]
      default: return nil
      }
    }
    return value
  }

  /// An array index as a pointer writes it: digits without a leading zero.
  static func index(_ token: String) -> Int? {
    let bytes = token.utf8
    guard let first = bytes.first, bytes.count == 1 || first != UInt8(ascii: "0"),
      bytes.count <= 9,
      bytes.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    else { return nil }
    return Int(token)
  }

  /// Hands the container of what a pointer leads to, and the last token, to `body`, which may
  /// change it; nil when there is no such container.
  mutating func edit<Result>(
    _ tokens: ArraySlice<String>,
    _ body: (inout JSON, String) throws(Anomaly) -> Result
  ) throws(Anomaly) -> Result? {
    guard let token = tokens.first else { return nil }
    if tokens.count == 1 { return try body(&self, token) }
    switch self {
    case .object(var object):
      guard let place = object.place(of: token) else { return nil }
      // The old tree lets go of the branch, so that it changes in place.
      self = .null
      var child = object.members[place].value
      object.members[place].value = .null
      let result = try child.edit(tokens.dropFirst(), body)
      object.members[place].value = child
      self = .object(object)
      return result
    case .array(var items):
      guard let index = JSON.index(token), index < items.count else { return nil }
      self = .null
      var child = items[index]
      items[index] = .null
      let result = try child.edit(tokens.dropFirst(), body)
      items[index] = child
      self = .array(items)
      return result
    default: return nil
    }
  }
}
