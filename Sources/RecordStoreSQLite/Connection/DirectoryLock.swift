package import FHIR
import Foundation
import Synchronization

/// Keeps a second process away from a data directory: an advisory lock that ends with its process.
///
/// Two processes that write and checkpoint the same file can corrupt it (SQLite before 3.51.3), so
/// the
/// second is refused at once, by the number of the first.
package final class DirectoryLock: Sendable {
  /// Nil when it was given up.
  private let held: Mutex<Int32?>

  package static let fileName = "kangqu.lock"

  package init(directory: String) throws(Anomaly) {
    let path = directory + "/" + Self.fileName
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .store(
        "The lock file \(path) cannot be opened: \(String(cString: strerror(errno)))",
        chinese: "无法打开锁文件 \(path)")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.holder(file)
      close(file)
      throw Anomaly(
        .unavailable, "The data in \(directory) is in use by process \(holder)",
        chinese: "数据目录 \(directory) 正被进程 \(holder) 使用", code: .lockError)
    }
    let text = "\(getpid())\n"
    guard ftruncate(file, 0) == 0, pwrite(file, text, text.utf8.count, 0) == text.utf8.count else {
      close(file)
      throw .store("The lock file \(path) cannot be written", chinese: "无法写入锁文件 \(path)")
    }
    held = Mutex(file)
  }

  deinit { release() }

  /// Lets another process in.
  func release() {
    held.withLock { file in
      if let file { close(file) }
      file = nil
    }
  }

  /// Makes a file that others cannot read, if there is none; SQLite gives its log the same mode.
  static func makePrivate(_ path: String) throws(Anomaly) {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw .store("\(path): \(String(cString: strerror(errno)))", chinese: "无法建立文件 \(path)")
    }
    close(file)
  }

  private static func holder(_ file: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = pread(file, &buffer, buffer.count, 0)
    let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
