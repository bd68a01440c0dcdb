import AsyncHTTPClient
import FHIR
import Foundation
import HTTPAPI
import NIOCore
import RecordStoreSQLite

/// Backups and verifications, of a store at rest or of one that a server uses.
enum Care {
  /// A whole store is looked at or copied within this time.
  private static let patience = TimeAmount.hours(12)
  private static let answerInBytes = 1 << 20

  static func backup(_ store: SQLiteStore, to path: String) async throws(Anomaly) -> Upkeep.Report {
    let manifest = try await store.backup(to: path)
    return Upkeep.Report(lines: [words(manifest, path)], isSound: true)
  }

  static func verify(_ store: SQLiteStore) async throws(Anomaly) -> Upkeep.Report {
    let found = try await store.verify()
    let counts =
      "resources \(found.resources) versions \(found.versions) index rows \(found.indexRows)"
    guard !found.findings.isEmpty else {
      return Upkeep.Report(lines: ["sound 完好 " + counts], isSound: true)
    }
    return Upkeep.Report(
      lines: ["damaged 已损坏 " + counts]
        + found.findings.map { "\($0.chinese.map { $0 + " " } ?? "")\($0.message)" },
      isSound: false)
  }

  static func words(_ manifest: Backup.Manifest, _ path: String) -> String {
    let made = Instant(milliseconds: manifest.made).text
    return "\(path) made \(made) sequence \(manifest.sequence) bytes \(manifest.size)"
  }

  /// Does it here when the directory is free, else asks the server that uses it.
  static func work(
    in directory: String, asking request: String,
    here: (SQLiteStore) async throws(Anomaly) -> Upkeep.Report
  ) async throws(Anomaly) -> Upkeep.Report {
    let file = directory + "/" + SQLiteStore.fileName
    guard FileManager.default.fileExists(atPath: file) else {
      throw .notFound("There is no store in \(directory)", chinese: "\(directory) 中没有数据")
    }
    do throws(Anomaly) {
      let place = try DataDirectory.open(directory, isForCare: true)
      defer { place.store.close() }
      return try await here(place.store)
    } catch  where error.code == .lockError {
      return try await ask(directory, request, error)
    }
  }

  /// Asks by the socket in the directory.
  private static func ask(_ directory: String, _ request: String, _ lock: Anomaly)
    async throws(Anomaly) -> Upkeep.Report
  {
    let path = socketPath(directory)
    guard FileManager.default.fileExists(atPath: path),
      let host = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
    else { throw lock }
    var asked = HTTPClientRequest(url: "http+unix://\(host)/\(request)")
    asked.method = .POST
    do {
      let response = try await HTTPClient.shared.execute(asked, timeout: patience)
      let body = try await response.body.collect(upTo: answerInBytes)
      let lines = String(buffer: body).split(separator: "\n").map(String.init)
      switch response.status.code {
      case 200: return Upkeep.Report(lines: lines, isSound: true)
      case 409: return Upkeep.Report(lines: lines, isSound: false)
      default:
        throw Anomaly(
          .unavailable, lines.last ?? "The server answered \(response.status.code)",
          chinese: lines.first)
      }
    } catch let anomaly as Anomaly {
      throw anomaly
    } catch {
      throw Anomaly(
        .unavailable, "\(lock.message), which does not answer: \(error)", chinese: lock.chinese)
    }
  }

  static func socketPath(_ directory: String) -> String {
    let absolute = URL(filePath: directory).standardizedFileURL.path
    return absolute + "/" + Upkeep.socketName
  }

  /// An absolute path, for a process whose current directory is another.
  static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }
}

extension DataDirectory {
  /// What commands may ask while this process serves; nil where no socket can lie.
  var upkeep: Upkeep? {
    let socketPath = Care.socketPath(path)
    guard socketPath.utf8.count <= Upkeep.pathInBytes else { return nil }
    let store = store
    return Upkeep(
      socketPath: socketPath, backup: { try await Care.backup(store, to: $0) },
      verify: { try await Care.verify(store) })
  }
}
