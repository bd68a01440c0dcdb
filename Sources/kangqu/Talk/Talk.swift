import FHIR
import Foundation

/// What a command says to the person in front of it, on standard error.
enum Talk {
  static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// What went wrong: Chinese first, English below.
  static func say(_ anomaly: Anomaly) {
    if let chinese = anomaly.chinese { say("kangqu: \(chinese)") }
    say("kangqu: \(anomaly.message)")
    for other in anomaly.others.prefix(limit) { say("kangqu: \(other.message)") }
  }

  /// So many further findings are told.
  private static let limit = 20

  /// Whether a person watches, so that a line may be redrawn.
  static let isTerminal = isatty(STDERR_FILENO) == 1
}

/// The results of a command, on standard output.
enum Output {
  static func line(_ text: String) { write(Array(text.utf8) + [UInt8(ascii: "\n")]) }

  static func write(_ bytes: [UInt8]) { FileHandle.standardOutput.write(Data(bytes)) }
}
