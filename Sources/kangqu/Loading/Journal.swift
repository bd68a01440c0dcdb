import FHIR
import Foundation
import RecordStore
import Synchronization

/// What an interrupted load has stored already, so that the next one goes on behind it.
///
/// Marks are made of content, so a changed file is loaded again. A load that ran to its end removes
/// its
/// journal: loading once more stores everything anew, which doubles nothing.
final class Journal: Sendable {
  private let path: String
  private let file: FileHandle
  private let marks: Mutex<Set<String>>

  init(_ path: String) throws(Anomaly) {
    self.path = path
    let content = FileManager.default.contents(atPath: path) ?? Data()
    let lines = String(decoding: content, as: UTF8.self).split(separator: "\n")
    marks = Mutex(Set(lines.filter { $0.utf8.count == 32 }.map(String.init)))
    let exists = FileManager.default.fileExists(atPath: path)
    guard exists || FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else {
      throw Anomaly(
        .unavailable, "The journal \(path) cannot be written", chinese: "无法写入装载日志 \(path)")
    }
    file.seekToEndOfFile()
    self.file = file
  }

  static func mark(_ texts: [[UInt8]]) -> String {
    texts.count == 1
      ? texts[0].withUnsafeBytes { ContentID.of($0) }
      : Array(texts.joined(separator: [UInt8(ascii: "\n")])).withUnsafeBytes { ContentID.of($0) }
  }

  func contains(_ mark: String) -> Bool { marks.withLock { $0.contains(mark) } }

  /// Notes what is durable.
  func note(_ mark: String) throws(Anomaly) {
    marks.withLock { marks in
      marks.insert(mark)
      file.write(Data((mark + "\n").utf8))
    }
  }

  /// The load ran to its end.
  func finish() throws(Anomaly) {
    file.closeFile()
    unlink(path)
  }
}
