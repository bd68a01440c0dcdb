import ArgumentParser
import FHIR
import Foundation
import RecordStoreSQLite

/// `kangqu backup`: one file that holds everything, made while the store is used or not.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "备份 · Writes everything that is stored to one file",
    discussion: """
      A running server makes the backup itself and goes on serving. The file
      appears under its name only when it is whole.
      服务运行时由服务自身完成备份,不影响使用。

      EXAMPLE
        kangqu backup --data /var/lib/kangqu /backup/2026-11-21.kangqu
      """)

  @Option(help: ArgumentHelp("数据目录 · Data directory", valueName: "dir"))
  var data: String

  @Argument(help: "备份文件 · Where to write")
  var file: String

  func run() async throws {
    let path = Care.absolute(file)
    let query = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let report = try await Care.work(in: data, asking: "backup?path=\(query)") {
      (store) async throws(Anomaly) in
      try await Care.backup(store, to: path)
    }
    report.lines.forEach(Output.line)
  }
}

/// `kangqu restore`: a store from a backup, in a place that is empty.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "恢复 · Puts a backup into an empty directory",
    discussion: """
      A directory that is not empty is refused, so that nothing is lost.
      目标目录非空时拒绝执行。

      EXAMPLE
        kangqu restore --data /var/lib/kangqu-new /backup/2026-11-21.kangqu
      """)

  @Option(help: ArgumentHelp("目标目录 · Empty directory, made if missing", valueName: "dir"))
  var data: String

  @Argument(help: "备份文件 · The backup")
  var file: String

  func run() throws {
    let manifest = try RecordStoreSQLite.Backup.restore(from: file, to: data)
    Output.line(Care.words(manifest, data))
  }
}

/// `kangqu verify`: whether a store or a backup is whole, and what is damaged.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "校验存储或备份 · Checks a store or a backup",
    discussion: """
      Reads every row and every byte. A running server checks itself while it
      serves. What is damaged is named and the exit code is 1.
      逐行逐字节检查;服务运行时由服务自身检查;损坏之处逐条列出。

      EXAMPLE
        kangqu verify --data /var/lib/kangqu
        kangqu verify /backup/2026-11-21.kangqu
      """)

  @Option(help: ArgumentHelp("数据目录 · Data directory", valueName: "dir"))
  var data: String?

  @Option(name: .customLong("file"), help: ArgumentHelp("备份文件 · A backup", valueName: "file"))
  var backup: String?

  @Argument(help: "备份文件 · A backup")
  var file: String?

  func validate() throws {
    guard [data, backup, file].compactMap({ $0 }).count == 1 else {
      throw ValidationError("Give --data DIR or a FILE. 须给出 --data 目录 或 备份文件")
    }
  }

  func run() async throws {
    if let path = file ?? backup {
      let manifest = try RecordStoreSQLite.Backup.verify(path)
      return Output.line("sound 完好 " + Care.words(manifest, path))
    }
    let report = try await Care.work(in: data ?? "", asking: "verify") {
      (store) async throws(Anomaly) in
      try await Care.verify(store)
    }
    report.lines.forEach(Output.line)
    if !report.isSound { throw ExitCode.failure }
  }
}
