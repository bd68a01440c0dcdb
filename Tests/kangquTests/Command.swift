import Foundation

/// Runs the built program as a person or a script would.
struct Command {
  struct Result: Sendable {
    var status: Int32
    var output: String
    var talk: String
  }

  /// The program, built beside the tests.
  static func executable() throws -> URL {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "kangqu")
  }

  /// Runs to its end.
  static func run(_ words: String...) throws -> Result { try run(words) }

  static func run(_ words: [String]) throws -> Result {
    let folder = try Folder()
    let (output, talk) = (folder.path + "/output", folder.path + "/talk")
    let process = try start(words, output: output, talk: talk)
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      talk: try String(contentsOfFile: talk, encoding: .utf8))
  }

  /// Starts it, with its output and talk in files.
  static func start(_ words: [String], output: String, talk: String) throws -> Process {
    let process = Process()
    process.executableURL = try executable()
    process.arguments = words
    for path in [output, talk] { try Data().write(to: URL(filePath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: talk)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// A temporary directory that goes when it is let go.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "kangqu-command-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Writes a file and gives its path.
  func file(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    return path + "/" + name
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      print("\(path) was not removed: \(error)")
    }
  }
}

/// A running `kangqu serve` on a free port.
final class RunningServer {
  let folder: Folder
  let process: Process
  let address: String

  var data: String { folder.path + "/data" }

  init(_ options: String...) async throws {
    folder = try Folder()
    process = try Command.start(
      ["serve", "--data", folder.path + "/data", "--listen", "127.0.0.1:0", "--no-sign-in"]
        + options, output: folder.path + "/output", talk: folder.path + "/talk")
    var found = ""
    for _ in 0..<600 where found.isEmpty {
      let talk = try String(contentsOfFile: folder.path + "/talk", encoding: .utf8)
      if let line = talk.split(separator: "\n").first(where: { $0.hasPrefix("kangqu: http://") }) {
        found = String(line.dropFirst("kangqu: ".count).prefix { $0 != " " })
      } else {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    address = found
  }

  /// Ends it with a signal and gives its exit code.
  func end(_ signal: Int32 = SIGTERM) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }

  deinit {
    if process.isRunning { process.terminate() }
  }
}
