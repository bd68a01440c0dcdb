import Embedded

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A table of Data/ that is linked into the program, read row by row without copying.
package struct EmbeddedTable {
  /// The bytes of one field; they live as long as the program.
  package typealias Field = UnsafeRawBufferPointer

  private let bytes: UnsafeRawBufferPointer

  /// The table with this path below Data/, which Sources/Embedded/tables.h must list.
  package init(_ path: StaticString) {
    var length = 0
    let start = path.withUTF8Buffer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.flatMap { embedded_table($0, &length) }
      }
    }
    guard let start else { preconditionFailure("tables.h does not list \(path)") }
    bytes = UnsafeRawBufferPointer(start: start, count: length)
  }

  /// Calls `body` with the fields of every row that is neither empty nor a comment.
  ///
  /// Empty fields at the end of a row are not in the file; `columns` is how many to give at least.
  package func forEachRow(columns: Int, _ body: ([Field]) -> Void) {
    var fields: [Field] = []
    bytes.forEachPart(UInt8(ascii: "\n")) { line in
      guard let first = line.first, first != UInt8(ascii: "#") else { return }
      fields.removeAll(keepingCapacity: true)
      line.forEachPart(UInt8(ascii: "\t")) { fields.append($0) }
      while fields.count < columns { fields.append(Field(start: nil, count: 0)) }
      body(fields)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes as text; the tables are UTF-8.
  package var text: String { String(decoding: self, as: UTF8.self) }

  /// Calls `body` with the parts between separators, empty ones included.
  package func forEachPart(_ separator: UInt8, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard var start = baseAddress else { return }
    var rest = count
    while let mark = memchr(start, Int32(separator), rest) {
      let length = UnsafeRawPointer(mark) - start
      body(UnsafeRawBufferPointer(start: start, count: length))
      start += length + 1
      rest -= length + 1
    }
    body(UnsafeRawBufferPointer(start: start, count: rest))
  }

  /// The words between spaces, none when there is nothing.
  package var words: [UnsafeRawBufferPointer] {
    var words: [UnsafeRawBufferPointer] = []
    forEachPart(UInt8(ascii: " ")) { if !$0.isEmpty { words.append($0) } }
    return words
  }

  /// Whether these are the bytes of that text.
  package func equals(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) }
  }
}
