import CZlib
package import FHIR

/// `Content-Encoding: gzip` both ways. <https://www.rfc-editor.org/rfc/rfc1952>
package enum Gzip {
  /// A body smaller than this is sent as it is: the header and the work cost more than they save.
  static let worthwhileInBytes = 1_024

  /// How much larger than its compressed form a body may be; honest FHIR text stays below 100.
  static let largestRatio = 1_000

  /// The bytes as one gzip member, at the level where speed matters more than the last percent.
  package static func compressed(_ bytes: [UInt8], level: Int32 = 3) throws(Anomaly) -> [UInt8] {
    var stream = z_stream()
    let version = zlibVersion()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, version, size) == Z_OK
    else { throw .fault("The compressor could not start", chinese: "压缩器无法启动") }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    var status = Z_OK
    let out = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      bytes.withUnsafeBufferPointer { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(truncatingIfNeeded: input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(truncatingIfNeeded: bound)
        status = deflate(&stream, Z_FINISH)
        count = bound - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END else {
      throw .fault("The body could not be compressed", chinese: "正文无法压缩")
    }
    return out
  }

  /// The bytes inside; a text that would grow beyond the limit, or absurdly, is refused.
  package static func expanded(_ bytes: [UInt8], limit: Int) throws(Anomaly) -> [UInt8] {
    let inflater = try Inflater()
    let ceiling = min(limit, max(bytes.count, 1_024) * largestRatio)
    var out: [UInt8] = []
    try inflater.expand(bytes) { (piece: UnsafeRawBufferPointer) throws(Anomaly) in
      guard out.count + piece.count <= ceiling else {
        throw .incorrect(
          "The body expands to more than \(ceiling) bytes",
          chinese: "正文解压后超过 \(ceiling) 字节", code: .tooLong, status: 413)
      }
      out.append(contentsOf: piece)
    }
    guard inflater.isFinished else {
      throw .incorrect(
        "The gzip data ends too early", chinese: "gzip 数据不完整", code: .structure)
    }
    return out
  }
}

/// Expands gzip piece by piece, so that a large file needs little memory.
///
/// Several members one behind the other are one text, as `cat a.gz b.gz` makes them.
package final class Inflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)
  /// Whether the last member has ended.
  package private(set) var isFinished = true

  package init() throws(Anomaly) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard
      inflateInit2_(stream, 15 + 32, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .fault("The decompressor could not start", chinese: "解压器无法启动") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Gives the next piece in; what it expands to comes out through `receive`.
  package func expand(
    _ bytes: [UInt8], _ receive: (UnsafeRawBufferPointer) throws(Anomaly) -> Void
  ) throws(Anomaly) {
    let result = bytes.withUnsafeBufferPointer { input in
      Result { () throws(Anomaly) in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(truncatingIfNeeded: input.count)
        while stream.pointee.avail_in > 0 {
          if isFinished { inflateReset(stream) }
          isFinished = false
          try step(receive)
        }
      }
    }
    try result.get()
  }

  /// Expands until the output buffer is full, the input is used up or the member ends.
  private func step(_ receive: (UnsafeRawBufferPointer) throws(Anomaly) -> Void) throws(Anomaly) {
    var status = Z_OK
    repeat {
      let result = buffer.withUnsafeMutableBufferPointer { output in
        Result { () throws(Anomaly) in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(truncatingIfNeeded: output.count)
          status = inflate(stream, Z_NO_FLUSH)
          let made = output.count - Int(stream.pointee.avail_out)
          try receive(UnsafeRawBufferPointer(start: output.baseAddress, count: made))
        }
      }
      try result.get()
    } while status == Z_OK && stream.pointee.avail_out == 0
    isFinished = status == Z_STREAM_END
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw .incorrect("The data is not gzip", chinese: "数据不是 gzip 格式", code: .structure)
    }
  }
}
