/// Finds the first tag with too many attributes before expat sees the text.
///
/// Expat hands over a start tag whole: it would first collect a million attributes, at 100 bytes
/// each.
struct AttributeBound {
  let text: UnsafeRawBufferPointer
  let limit: Int
  private var index = 0

  init(_ text: UnsafeRawBufferPointer, limit: Int) {
    self.text = text
    self.limit = limit
  }

  /// The offset of the tag, or nil; a text that is not well-formed is left to expat.
  mutating func firstExcess() -> Int? {
    while let tag = next(UInt8(ascii: "<"), from: index) {
      index = tag + 1
      if starts(with: "!--") {
        skip(to: "-->")
      } else if starts(with: "![CDATA[") {
        skip(to: "]]>")
      } else if starts(with: "?") {
        skip(to: "?>")
      } else if exceedsInTag() {
        return tag
      }
    }
    return nil
  }

  /// Goes behind a tag, counting the values in quotes.
  private mutating func exceedsInTag() -> Bool {
    var count = 0
    while index < text.count, text[index] != UInt8(ascii: ">") {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { continue }
      count += 1
      guard count <= limit else { return true }
      index = next(byte, from: index).map { $0 + 1 } ?? text.count
    }
    return false
  }

  private mutating func skip(to end: StaticString) {
    let last = end.utf8Start[end.utf8CodeUnitCount - 1]
    while let place = next(last, from: index) {
      index = place + 1
      let start = index - end.utf8CodeUnitCount
      if start >= 0, matches(end, at: start) { return }
    }
    index = text.count
  }

  private func starts(with mark: StaticString) -> Bool { matches(mark, at: index) }

  private func matches(_ mark: StaticString, at start: Int) -> Bool {
    guard text.count - start >= mark.utf8CodeUnitCount else { return false }
    for offset in 0..<mark.utf8CodeUnitCount where text[start + offset] != mark.utf8Start[offset] {
      return false
    }
    return true
  }

  private func next(_ byte: UInt8, from start: Int) -> Int? {
    var index = start
    while index < text.count {
      if text[index] == byte { return index }
      index &+= 1
    }
    return nil
  }
}
