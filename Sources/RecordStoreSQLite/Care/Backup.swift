import CZstd
package import FHIR
import Foundation

/// A backup: the state of a store at one instant, in one file that says whether it is whole.
///
/// A line that names the format, a line of JSON about the content, the database packed by zstd,
/// and eight
/// bytes that are the hash of all before them: whatever is cut off, changed or foreign is refused.
package struct Backup: Sendable {
  /// What the second line says.
  package struct Manifest: Hashable, Sendable {
    /// The number of the last step of the schema.
    package var schema: Int64
    /// The last sequence number of the change feed.
    package var sequence: Int64
    /// The size of the database in bytes.
    package var size: Int64
    /// When it was made, in milliseconds since 1970 UTC.
    package var made: Int64
  }

  package static let format = "kangqu backup 1\n"
  /// How many bytes are read and packed at once.
  private static let chunk = 1 << 20
  private static let level: Int32 = 3
  private static let manifestLimit = 4_096
}

extension SQLiteStore {
  /// Writes a backup while the store is used; the file appears under its name when it is whole.
  package func backup(to path: String) async throws(Anomaly) -> Backup.Manifest {
    let made = settings.clock()
    return try await readers.search(limitInSeconds: nil) { (connection) throws(Anomaly) in
      let copy = path + ".copy"
      defer { Backup.removeDatabase(copy) }
      Backup.removeDatabase(copy)
      try connection.backup(to: copy)
      return try Backup.pack(copy, to: path, made: made)
    }
  }
}

extension Backup {
  static func removeDatabase(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }

  fileprivate static func pack(_ copy: String, to path: String, made: Int64) throws(Anomaly)
    -> Manifest
  {
    let manifest = try inspect(copy, made: made)
    let partial = path + ".partial"
    let input = try BackupFile(reading: copy)
    let output = try BackupFile(writing: partial)
    let text: JSON = [
      "schema": .number(String(manifest.schema)), "sequence": .number(String(manifest.sequence)),
      "size": .number(String(manifest.size)), "made": .number(String(manifest.made)),
    ]
    try output.write(Array(format.utf8))
    try output.write(text.encoded() + [UInt8(ascii: "\n")])
    guard let context = ZSTD_createCCtx() else { throw .fault("zstd gave no context") }
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var isLast = false
    while !isLast {
      let bytes = try input.read(chunk)
      isLast = bytes.isEmpty
      try compress(bytes, isLast, context, output)
    }
    try output.finish()
    guard rename(partial, path) == 0 else {
      throw .store("The backup cannot be renamed to \(path)", chinese: "无法生成备份文件 \(path)")
    }
    try BackupFile.syncFolder(of: path)
    return manifest
  }

  private static func compress(
    _ bytes: [UInt8], _ isLast: Bool, _ context: OpaquePointer, _ output: BackupFile
  ) throws(Anomaly) {
    var place = 0
    var isDone = false
    while !isDone {
      var packed = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
      var made = 0
      let left = bytes.withUnsafeBytes { source in
        packed.withUnsafeMutableBytes { target in
          var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: place)
          var out = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
          let left = ZSTD_compressStream2(
            context, &out, &input, isLast ? ZSTD_e_end : ZSTD_e_continue)
          place = input.pos
          made = out.pos
          return left
        }
      }
      guard ZSTD_isError(left) == 0 else { throw .fault("zstd failed on the backup") }
      try output.write(Array(packed.prefix(made)))
      isDone = isLast ? left == 0 : place == bytes.count
    }
  }

  private static func inspect(_ database: String, made: Int64) throws(Anomaly) -> Manifest {
    let connection = try Connection(path: database, role: .reader)
    let pages = try connection.integer("PRAGMA page_count") ?? 0
    let size = try connection.integer("PRAGMA page_size") ?? 0
    return Manifest(
      schema: try connection.integer("SELECT max(number) FROM migration") ?? 0,
      sequence: try connection.integer("SELECT max(sequence) FROM feed") ?? 0,
      size: pages * size, made: made)
  }

  /// Checks a backup from its first byte to its last. <https://facebook.github.io/zstd/>
  package static func verify(_ path: String) throws(Anomaly) -> Manifest {
    try unpack(path, to: nil)
  }

  /// Puts the store of a backup into a directory that is empty or not there yet.
  package static func restore(from path: String, to directory: String) throws(Anomaly) -> Manifest {
    let files = FileManager.default
    do {
      if files.fileExists(atPath: directory) {
        guard try files.contentsOfDirectory(atPath: directory).isEmpty else {
          throw Anomaly.conflict(
            "\(directory) is not empty; restore into an empty directory",
            chinese: "目录 \(directory) 非空,请恢复到空目录")
        }
      } else {
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
      }
    } catch let anomaly as Anomaly { throw anomaly } catch {
      throw .store("\(directory) cannot be used: \(error)", chinese: "无法使用目录 \(directory)")
    }
    let target = directory + "/" + SQLiteStore.fileName
    let partial = target + ".partial"
    do throws(Anomaly) {
      let manifest = try unpack(path, to: partial)
      guard rename(partial, target) == 0 else {
        throw .store("\(target) cannot be written", chinese: "无法写入 \(target)")
      }
      try BackupFile.syncFolder(of: target)
      return manifest
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Reads a backup to its end, and writes its database when it is wanted.
  private static func unpack(_ path: String, to target: String?) throws(Anomaly) -> Manifest {
    let input = try BackupFile(reading: path)
    guard try input.readLine(manifestLimit) == Array(format.utf8) else {
      throw .incorrect("\(path) is not a backup of this program", chinese: "\(path) 不是本程序的备份文件")
    }
    let manifest = try Manifest(try input.readLine(manifestLimit), path)
    let output: BackupFile? =
      if let target { try BackupFile(writing: target) } else { nil }
    guard let context = ZSTD_createDCtx() else { throw .fault("zstd gave no context") }
    defer { ZSTD_freeDCtx(context) }
    var size: Int64 = 0
    var isWhole = false
    while true {
      let bytes = try input.readContent(chunk)
      if bytes.isEmpty { break }
      var place = 0
      while place < bytes.count {
        if isWhole { throw damaged(path) }
        var plain = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
        let (left, made) = decompress(bytes, &place, &plain, context)
        guard ZSTD_isError(left) == 0 else { throw damaged(path) }
        isWhole = left == 0
        size += Int64(made)
        try output?.write(Array(plain.prefix(made)))
      }
    }
    guard isWhole, try input.isHashRight(), size == manifest.size else { throw damaged(path) }
    try output?.sync()
    return manifest
  }

  private static func decompress(
    _ bytes: [UInt8], _ place: inout Int, _ plain: inout [UInt8], _ context: OpaquePointer
  ) -> (left: Int, made: Int) {
    bytes.withUnsafeBytes { source in
      plain.withUnsafeMutableBytes { target in
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: place)
        var out = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let left = ZSTD_decompressStream(context, &out, &input)
        place = input.pos
        return (left, out.pos)
      }
    }
  }

  private static func damaged(_ path: String) -> Anomaly {
    .incorrect("\(path) is damaged or cut off; nothing was restored", chinese: "\(path) 已损坏或不完整")
  }
}

extension Backup.Manifest {
  fileprivate init(_ line: [UInt8], _ path: String) throws(Anomaly) {
    let json = try JSON(parsing: line)
    func number(_ name: String) throws(Anomaly) -> Int64 {
      guard case .number(let text)? = json[name], let number = Int64(text) else {
        throw .incorrect("\(path) does not say its \(name)", chinese: "\(path) 的备份信息不完整")
      }
      return number
    }
    self.init(
      schema: try number("schema"), sequence: try number("sequence"), size: try number("size"),
      made: try number("made"))
    let newest = Migration.all.last?.number ?? 0
    guard schema <= newest else {
      throw .incorrect(
        "\(path) has schema \(schema), this program knows \(newest): use the newer program",
        chinese: "\(path) 的架构版本高于本程序,请使用更新的程序")
    }
  }
}
