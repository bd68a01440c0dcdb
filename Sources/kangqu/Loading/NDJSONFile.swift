import District
import FHIR
import Foundation
import HTTPAPI

/// Writes a district as NDJSON: to a file, packed when its name ends with `.gz`, or to standard
/// output.
enum NDJSONFile {
  /// Packed and written in pieces of this size; each is a gzip member.
  private static let pieceInBytes = 4 << 20

  static func write(_ district: LivingDistrict, to path: String?) throws(Anomaly) {
    let file: FileHandle
    if let path {
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let opened = FileHandle(forWritingAtPath: path)
      else {
        throw Anomaly(
          .unavailable, "The file \(path) cannot be written", chinese: "无法写入文件 \(path)")
      }
      file = opened
    } else {
      file = FileHandle.standardOutput
    }
    let isPacked = path?.hasSuffix(".gz") ?? false
    var piece: [UInt8] = []
    try district.forEachBundle { (resources) throws(Anomaly) in
      for resource in resources {
        resource.write(into: &piece)
        piece.append(UInt8(ascii: "\n"))
      }
      guard piece.count >= pieceInBytes else { return }
      try put(piece, in: file, isPacked: isPacked)
      piece.removeAll(keepingCapacity: true)
    }
    try put(piece, in: file, isPacked: isPacked)
  }

  private static func put(_ piece: [UInt8], in file: FileHandle, isPacked: Bool) throws(Anomaly) {
    let bytes = isPacked ? try Gzip.compressed(piece) : piece
    do {
      try file.write(contentsOf: bytes)
    } catch {
      throw Anomaly(
        .unavailable, "Writing failed: \(error.localizedDescription)", chinese: "写入失败")
    }
  }
}
