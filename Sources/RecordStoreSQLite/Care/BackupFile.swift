import FHIR
import Foundation

/// A file that is read or written from front to back while its bytes are hashed (FNV-1a, 64 bits).
final class BackupFile {
  private let file: Int32
  private let path: String
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// Where the hash begins, when the file is read.
  private var end: Int = 0
  private var position = 0

  static let hashSize = 8

  init(reading path: String) throws(Anomaly) {
    file = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard file >= 0 else { throw Self.failed(path) }
    end = max(Int(lseek(file, 0, SEEK_END)) - Self.hashSize, 0)
    lseek(file, 0, SEEK_SET)
  }

  init(writing path: String) throws(Anomaly) {
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    self.path = path
    guard file >= 0 else { throw Self.failed(path) }
  }

  deinit { if file >= 0 { close(file) } }

  private static func failed(_ path: String) -> Anomaly {
    let words = String(cString: strerror(errno))
    return .store("\(path): \(words)", chinese: "文件 \(path) 读写失败")
  }

  /// The next bytes; empty at the end.
  func read(_ count: Int) throws(Anomaly) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = Foundation.read(file, &bytes, count)
    guard got >= 0 else { throw Self.failed(path) }
    bytes.removeLast(count - got)
    position += got
    return bytes
  }

  /// The next bytes before the hash at the end.
  func readContent(_ count: Int) throws(Anomaly) -> [UInt8] {
    let left = end - position
    guard left > 0 else { return [] }
    let bytes = try read(min(count, left))
    add(bytes)
    return bytes
  }

  /// The next line with its end, at most `limit` bytes.
  func readLine(_ limit: Int) throws(Anomaly) -> [UInt8] {
    var line: [UInt8] = []
    while line.count < limit, line.last != UInt8(ascii: "\n") {
      let byte = try readContent(1)
      if byte.isEmpty { break }
      line += byte
    }
    return line
  }

  /// Whether what stands at the end is the hash of all before it.
  func isHashRight() throws(Anomaly) -> Bool {
    try read(Self.hashSize) == Self.bytes(of: hash)
  }

  func write(_ bytes: [UInt8]) throws(Anomaly) {
    add(bytes)
    try put(bytes)
  }

  private func put(_ bytes: [UInt8]) throws(Anomaly) {
    var place = 0
    while place < bytes.count {
      let put = bytes.withUnsafeBytes { buffer in
        Foundation.write(file, buffer.baseAddress.map { $0 + place }, bytes.count - place)
      }
      guard put > 0 else { throw Self.failed(path) }
      place += put
    }
  }

  /// Appends the hash and makes all of it durable.
  func finish() throws(Anomaly) {
    try put(Self.bytes(of: hash))
    try sync()
  }

  func sync() throws(Anomaly) {
    guard fsync(file) == 0 else { throw Self.failed(path) }
  }

  private func add(_ bytes: [UInt8]) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  private static func bytes(of hash: UInt64) -> [UInt8] {
    withUnsafeBytes(of: hash.bigEndian) { Array($0) }
  }

  /// Makes a new name in a folder durable.
  static func syncFolder(of path: String) throws(Anomaly) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let file = open(folder, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failed(folder) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw failed(folder) }
  }
}
