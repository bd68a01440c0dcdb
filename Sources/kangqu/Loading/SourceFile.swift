import FHIR
import Foundation
import HTTPAPI

/// A file of resources: one JSON text, or a resource a line; plain or gzip.
struct SourceFile: Sendable {
  let path: String
  let sizeInBytes: Int

  enum Form: Sendable { case json, lines, xml }

  var isCompressed: Bool { path.hasSuffix(".gz") }

  /// By the name; nil for a file that is not for us.
  var form: Form? {
    let name = (isCompressed ? String(path.dropLast(3)) : path).lowercased()
    if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") { return .lines }
    if name.hasSuffix(".json") { return .json }
    if name.hasSuffix(".xml") { return .xml }
    return nil
  }

  /// Files that others refer to come first: as Synthea names them, hospitals and practitioners.
  var isFoundation: Bool {
    let name = path.split(separator: "/").last?.lowercased() ?? ""
    return name.hasPrefix("hospital") || name.hasPrefix("practitioner")
      || name.hasPrefix("organization") || name.hasPrefix("location")
  }

  /// The files at these paths, folders opened, in an order that is always the same.
  static func all(at paths: [String]) throws(Anomaly) -> [SourceFile] {
    var files: [SourceFile] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw .notFound("\(path) does not exist", chinese: "\(path) 不存在")
      }
      if isFolder.boolValue {
        for name in FileManager.default.enumerator(atPath: path)?.allObjects ?? [] {
          guard let name = name as? String else { continue }
          let file = SourceFile(path + "/" + name)
          if file.form != nil, file.sizeInBytes >= 0 { files.append(file) }
        }
      } else {
        files.append(SourceFile(path))
      }
    }
    return files.sorted { left, right in
      left.isFoundation == right.isFoundation ? left.path < right.path : left.isFoundation
    }
  }

  /// A size below zero stands for what is not a plain file.
  private init(_ path: String) {
    self.path = path
    var status = stat()
    let isFile = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    sizeInBytes = isFile ? Int(status.st_size) : -1
  }

  /// The whole content, unpacked; a text longer than the limit is refused.
  func content(limit: Int = 1 << 30) throws(Anomaly) -> [UInt8] {
    let reader = try PieceReader(self)
    var content: [UInt8] = []
    content.reserveCapacity(max(0, sizeInBytes))
    while let piece = try reader.next() {
      guard content.count + piece.count <= limit else {
        throw .incorrect(
          "The text is longer than \(limit) bytes", chinese: "文本超过 \(limit) 字节", code: .tooLong)
      }
      content.append(contentsOf: piece)
    }
    return content
  }
}

/// The bytes of a file piece by piece, unpacked.
final class PieceReader {
  private let file: FileHandle
  private let inflater: Inflater?
  /// How many bytes of the file were taken, packed as they are.
  private(set) var taken = 0

  private static let pieceInBytes = 256 << 10
  /// What one packed piece may expand to.
  private static let expandedInBytes = 512 << 20

  init(_ source: SourceFile) throws(Anomaly) {
    guard let file = FileHandle(forReadingAtPath: source.path) else {
      throw .notFound("\(source.path) cannot be read", chinese: "无法读取 \(source.path)")
    }
    self.file = file
    inflater = source.isCompressed ? try Inflater() : nil
  }

  deinit { file.closeFile() }

  /// The next bytes; nil at the end.
  func next() throws(Anomaly) -> [UInt8]? {
    let data = file.readData(ofLength: Self.pieceInBytes)
    taken += data.count
    guard !data.isEmpty else {
      guard inflater?.isFinished ?? true else {
        throw .incorrect("The gzip data ends too early", chinese: "gzip 数据不完整", code: .structure)
      }
      return nil
    }
    guard let inflater else { return [UInt8](data) }
    var out: [UInt8] = []
    try inflater.expand([UInt8](data)) { (piece: UnsafeRawBufferPointer) throws(Anomaly) in
      guard out.count + piece.count <= Self.expandedInBytes else {
        throw .incorrect(
          "The gzip data expands without end", chinese: "gzip 数据膨胀过大", code: .tooLong)
      }
      out.append(contentsOf: piece)
    }
    return out
  }
}

/// The non-empty lines of a file with their numbers, counted from 1.
final class LineReader {
  private let pieces: PieceReader
  private var buffer: [UInt8] = []
  private var position = 0
  private var number = 0
  private var isAtEnd = false

  /// A longer line ends the reading.
  private static let lineInBytes = 64 << 20

  init(_ source: SourceFile) throws(Anomaly) { pieces = try PieceReader(source) }

  var taken: Int { pieces.taken }

  func next() throws(Anomaly) -> (bytes: [UInt8], number: Int)? {
    while true {
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[position..<end]
        position = end + 1
        number += 1
        if line.contains(where: { $0 > 0x20 }) { return (Array(line), number) }
        continue
      }
      if isAtEnd {
        let line = buffer[position...]
        position = buffer.count
        guard line.contains(where: { $0 > 0x20 }) else { return nil }
        return (Array(line), number + 1)
      }
      guard buffer.count - position <= Self.lineInBytes else {
        throw .incorrect(
          "Line \(number + 1) is longer than \(Self.lineInBytes) bytes",
          chinese: "第 \(number + 1) 行超过 \(Self.lineInBytes) 字节", code: .tooLong)
      }
      buffer.removeSubrange(..<position)
      position = 0
      if let piece = try pieces.next() { buffer.append(contentsOf: piece) } else { isAtEnd = true }
    }
  }
}

extension SourceFile {
  /// Reads a text of this file.
  func document(_ bytes: [UInt8]) throws(Anomaly) -> JSONDocument {
    if form == .xml { return try JSONDocument.parse(xml: bytes) }
    var limits = JSONLimits()
    limits.size = 1 << 30
    return try JSONDocument.parse(bytes, limits: limits)
  }
}
