import ArgumentParser
import AsyncHTTPClient
import FHIR

/// `kangqu load`: brings files of resources into a store.
struct Load: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "装载数据文件 · Loads files of resources",
    usage: "kangqu load (--data <dir> | --server <url>) <paths> ...",
    discussion: """
      Files hold Bundles or single resources (.json, .xml) or one a line
      (.ndjson), also as .gz; folders are opened. Loading the same files again
      doubles nothing, and a load that was interrupted goes on where it was.
      What is refused is told with its place and reason, and the exit code is 1.
      重复装载不会产生重复数据;中断后再次执行会从中断处继续;被拒绝的内容逐条说明。

      EXAMPLE
        kangqu load --data /var/lib/kangqu patients/
        kangqu load --server http://127.0.0.1:8080/fhir patients/
      """)

  @Option(help: ArgumentHelp("数据目录 · Data directory, not in use", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("服务器地址 · FHIR server", valueName: "url"))
  var server: String?

  @Option(
    help: ArgumentHelp(
      "断点日志 · Where to note what is done", valueName: "file"))
  var journal: String?

  @Argument(help: "文件或目录 · Files and folders")
  var paths: [String]

  func validate() throws {
    guard (data == nil) != (server == nil) else {
      throw ValidationError("Give either --data or --server. 须给出 --data 或 --server 之一")
    }
  }

  func run() async throws {
    let files = try SourceFile.all(at: paths)
    let report: LoadReport
    if let data {
      let place = try DataDirectory.open(data)
      let loader = Loader(
        sink: StoreSink(store: place.store), journal: try Journal(journal ?? data + "/load.journal")
      )
      report = try await place.using { () async throws(Anomaly) in try await loader.load(files) }
    } else {
      report = try await send(files, to: server ?? "")
    }
    Output.line(report.line)
    if !report.refused.isEmpty { throw ExitCode.failure }
  }

  private func send(_ files: [SourceFile], to server: String) async throws(Anomaly) -> LoadReport {
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    let result: Result<LoadReport, Anomaly>
    do throws(Anomaly) {
      let loader = Loader(
        sink: try await ServerSink(server, client: client),
        journal: try journal.map { path throws(Anomaly) in try Journal(path) })
      result = .success(try await loader.load(files))
    } catch {
      result = .failure(error)
    }
    do { try await client.shutdown() } catch { Talk.say("kangqu: \(error)") }
    return try result.get()
  }
}
