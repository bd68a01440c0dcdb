/// A JSON text that was checked once: its bytes as written and a flat tape of its values.
///
/// Nothing is decoded before it is asked for, so numbers keep their digits (`1.50` stays `1.50`)
/// and a
/// resource can be stored, cut and sent on without being rebuilt. Cursors point into the document
/// and
/// must not outlive it; `withExtendedLifetime` or a held reference keeps it.
package final class JSONDocument: @unchecked Sendable {
  /// The text, followed by `padding` zero bytes so that words can be read past its end.
  let text: UnsafeMutablePointer<UInt8>
  let textLength: Int
  let entries: UnsafeMutablePointer<JSONEntry>
  package let entryCount: Int
  /// Whether the text has no white space outside of strings, so that slices of it are compact.
  package let isCompact: Bool

  static let padding = 16

  init(
    text: UnsafeMutablePointer<UInt8>, textLength: Int, entries: UnsafeMutablePointer<JSONEntry>,
    entryCount: Int, isCompact: Bool
  ) {
    self.text = text
    self.textLength = textLength
    self.entries = entries
    self.entryCount = entryCount
    self.isCompact = isCompact
  }

  deinit {
    text.deallocate()
    entries.deallocate()
  }

  /// The bytes of the whole text.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text, count: textLength)
  }

  /// The outermost value.
  package var root: JSONCursor { JSONCursor(text: text, entries: entries, index: 0) }

  /// The value at a tape index that came from a cursor of this document.
  package func cursor(at index: Int) -> JSONCursor {
    precondition(index >= 0 && index < entryCount, "a cursor's index comes from its document")
    return JSONCursor(text: text, entries: entries, index: index)
  }
}

/// The bounds of a JSON text: beyond them it is refused, not read.
package struct JSONLimits: Sendable {
  /// The nesting of arrays and objects.
  package var depth = 128
  /// The size of the text, in bytes.
  package var size = 64 << 20
  /// The number of values.
  package var values = 16_000_000

  package init() {}
}

extension JSONDocument {
  /// Checks a text and lays out its tape; RFC 8259 strictly, duplicate member names refused.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
  ) throws(Anomaly) -> JSONDocument {
    guard bytes.count <= min(limits.size, Int(UInt32.max) - padding) else {
      throw .incorrect(
        "The JSON text has \(bytes.count) bytes; the limit is \(limits.size)",
        chinese: "JSON 文本有 \(bytes.count) 字节,上限为 \(limits.size)", code: .tooLong, status: 413)
    }
    var scanner = JSONScanner(copying: bytes, limits: limits)
    return try scanner.scan()
  }

  package static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(Anomaly) -> JSONDocument {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(Anomaly) in try parse(buffer, limits: limits) }
    }
    return try result.get()
  }

  package static func parse(
    _ text: String, limits: JSONLimits = JSONLimits()
  ) throws(Anomaly) -> JSONDocument {
    try parse(Array(text.utf8), limits: limits)
  }
}
