import CZlib
package import FHIR

/// A zip archive in memory: what is listed in its directory can be unpacked, within bounds.
///
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
package struct ZipArchive: Sendable {
  private struct Entry {
    var method: Int
    var packedInBytes: Int
    var sizeInBytes: Int
    var offset: Int
  }

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  /// The most files that an archive may list.
  private static let entryLimit = 10_000
  /// The most bytes that one file may have.
  private static let fileLimitInBytes = 512 << 20
  /// How much larger than packed a file may be; honest sheets stay below 50.
  private static let largestRatio = 200
  /// How far from the end the directory's own end may lie: its comment is no longer.
  private static let commentLimitInBytes = 65_557

  package init(_ bytes: [UInt8]) throws(Anomaly) {
    self.bytes = bytes
    let end = try directoryEnd()
    let count = try number(end + 10, 2)
    var position = try number(end + 16, 4)
    guard count <= Self.entryLimit else { throw Self.broken }
    for _ in 0..<count {
      guard try number(position, 4) == 0x0201_4B50 else { throw Self.broken }
      let nameLength = try number(position + 28, 2)
      let name = try text(position + 46, nameLength)
      guard try number(position + 8, 2) & 1 == 0 else {
        throw .incorrect("The workbook is encrypted", chinese: "工作簿已加密", code: .notSupported)
      }
      entries[name] = Entry(
        method: try number(position + 10, 2), packedInBytes: try number(position + 20, 4),
        sizeInBytes: try number(position + 24, 4), offset: try number(position + 42, 4))
      let extra = try number(position + 30, 2)
      let comment = try number(position + 32, 2)
      position += 46 + nameLength + extra + comment
    }
  }

  /// Whether there is a file of this name.
  package func contains(_ name: String) -> Bool { entries[name] != nil }

  /// The bytes of a file.
  package func file(_ name: String) throws(Anomaly) -> [UInt8] {
    guard let entry = entries[name] else {
      throw .incorrect("The workbook has no \(name)", chinese: "工作簿缺少 \(name)", code: .structure)
    }
    guard entry.sizeInBytes <= Self.fileLimitInBytes,
      entry.sizeInBytes <= max(entry.packedInBytes, 1_024) * Self.largestRatio
    else {
      throw .incorrect(
        "\(name) would unpack to \(entry.sizeInBytes) bytes, which is too much",
        chinese: "\(name) 解压后有 \(entry.sizeInBytes) 字节,过大", code: .tooLong)
    }
    guard try number(entry.offset, 4) == 0x0403_4B50 else { throw Self.broken }
    let start =
      entry.offset + 30 + (try number(entry.offset + 26, 2)) + (try number(entry.offset + 28, 2))
    guard start + entry.packedInBytes <= bytes.count else { throw Self.broken }
    let packed = bytes[start..<(start + entry.packedInBytes)]
    switch entry.method {
    case 0: return Array(packed)
    case 8: return try inflated(packed, entry.sizeInBytes)
    default:
      throw .incorrect(
        "\(name) is packed by method \(entry.method), which is not read here",
        chinese: "\(name) 的压缩方式 \(entry.method) 不支持", code: .notSupported)
    }
  }

  /// Unpacks into exactly the room that the directory says; more of it is refused.
  private func inflated(_ packed: ArraySlice<UInt8>, _ size: Int) throws(Anomaly) -> [UInt8] {
    var stream = z_stream()
    let width = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -MAX_WBITS, zlibVersion(), width) == Z_OK else {
      throw .fault("The decompressor could not start", chinese: "解压器无法启动")
    }
    defer { inflateEnd(&stream) }
    var status = Z_OK
    let out = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      packed.withUnsafeBufferPointer { input in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(truncatingIfNeeded: input.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(truncatingIfNeeded: size + 1)
        status = inflate(&stream, Z_FINISH)
        count = size + 1 - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END, out.count == size else { throw Self.broken }
    return out
  }

  // MARK: Reading

  private func directoryEnd() throws(Anomaly) -> Int {
    var position = bytes.count - 22
    let first = max(0, bytes.count - Self.commentLimitInBytes)
    while position >= first {
      if try number(position, 4) == 0x0605_4B50 { return position }
      position -= 1
    }
    throw Self.broken
  }

  /// A little-endian number; a place beyond the end is an error.
  private func number(_ position: Int, _ length: Int) throws(Anomaly) -> Int {
    guard position >= 0, position <= bytes.count - length else { throw Self.broken }
    var value = 0
    for index in (0..<length).reversed() { value = value << 8 | Int(bytes[position + index]) }
    return value
  }

  private func text(_ position: Int, _ length: Int) throws(Anomaly) -> String {
    guard position >= 0, position <= bytes.count - length else { throw Self.broken }
    return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
  }

  private static let broken = Anomaly.incorrect(
    "The file is not a whole zip archive, as an .xlsx workbook is one",
    chinese: "文件不是完整的 .xlsx 工作簿(zip)", code: .structure)
}
