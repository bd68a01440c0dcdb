import ArgumentParser
import FHIR
import Foundation

/// `kangqu bench json`: megabytes a second of reading bundles onto the tape, checked and interned.
struct BenchJSON: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "json", abstract: "解析 JSON · Reads JSON",
    discussion: """
      EXAMPLE
        kangqu bench json bundle.json
      """)

  @Argument(help: "文件 · Files")
  var files: [String]

  func run() throws {
    let texts = try files.map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
    let rate = try Measurement.perSecond {
      try texts.reduce(0) { bytes, text in
        _ = try JSONDocument.parse(text)
        return bytes + text.count
      }
    }
    print(#"{"megabytesPerSecond":\#(rate / 1e6)}"#)
  }
}
