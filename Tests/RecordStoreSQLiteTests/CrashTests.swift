import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing

/// What `kill -9` leaves behind.
@Suite("Crash", .serialized) struct CrashTests {
  static let kills = ProcessInfo.processInfo.environment["KANGQU_NIGHTLY"] == nil ? 20 : 200

  /// The program that writes until it is killed lies beside the tests.
  static func writer() throws -> URL {
    let tests = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    var folder = tests
    for _ in 0..<4 {
      let program = folder.appending(path: "StoreCrash")
      if FileManager.default.isExecutableFile(atPath: program.path) { return program }
      folder.deleteLastPathComponent()
    }
    throw Anomaly.fault("StoreCrash is not beside \(tests.path)")
  }

  /// Runs the writer, kills it a while after its first acknowledgement or after its start.
  ///
  /// - Returns: the numbers that it acknowledged.
  static func run(
    _ directory: String, from start: Int, isOpening: Bool, forMilliseconds: Int
  ) async throws -> [Int] {
    let process = Process()
    process.executableURL = try writer()
    process.arguments = [directory, "\(start)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let answers = output.fileHandleForReading
    let first = isOpening ? Data() : await Task.detached { answers.availableData }.value
    let reading = Task.detached { first + (try answers.readToEnd() ?? Data()) }
    try await Task.sleep(for: .milliseconds(forMilliseconds))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let text = String(decoding: try await reading.value, as: UTF8.self)
    // The last line may have been cut by the kill.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return lines.compactMap { Int($0) }
  }

  @Test func `a full disk is told, reads go on, and writes resume when there is room`()
    async throws
  {
    let place = try Workplace()
    place.close()
    let process = Process()
    process.executableURL = try Self.writer()
    process.arguments = [place.directory, "0", "2000000"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let lines = text.split(separator: "\n").map(String.init)
    #expect(process.terminationStatus == 0)
    #expect(lines.first?.hasPrefix("refused 50") == true, "\(text)")
    #expect(lines.dropFirst() == ["read true true", "resumed true"], "\(text)")
    try place.reopen()
  }

  @Test func `a killed process loses nothing that it acknowledged and leaves nothing by halves`()
    async throws
  {
    let place = try Workplace()
    place.close()
    var acknowledged: [Int] = []
    for round in 0..<Self.kills {
      acknowledged += try await Self.run(
        place.directory, from: round * 1_000_000, isOpening: round % 8 == 7,
        forMilliseconds: Int.random(in: 0...500))
      try place.reopen()
      let store = place.store
      let counts = store.statistics().counts
      let observations = counts[type("Observation")] ?? 0
      let patients = counts[type("Patient")] ?? 0
      #expect(observations == patients * 3)
      if round % 5 == 4 || round == Self.kills - 1 {
        let verification = try await store.verify()
        #expect(verification.findings.isEmpty, "\(verification.findings)")
      }
      place.close()
    }
    try place.reopen()
    var lost = 0
    for number in acknowledged {
      let patient = try await place.store.read(key("Patient/\(number)"))
      if patient == nil || patient?.version != (number % 4 == 0 ? 2 : 1) { lost += 1 }
      for part in 0..<3
      where try await place.store.read(key("Observation/\(number)-\(part)")) == nil { lost += 1 }
    }
    print("CONFORMANCE store-crash: \(acknowledged.count - lost)/\(acknowledged.count)")
    #expect(!acknowledged.isEmpty)
    #expect(lost == 0)
  }
}
