import CardOffice
import FHIR
import Foundation

/// A folder with what a terminal holds: certificates and lists, nothing secret.
struct TerminalFolder {
  let path: String

  func write(_ kit: TerminalKit) throws(Anomaly) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      for part in TerminalKit.Part.allCases {
        try Data(kit.bytes(of: part)).write(
          to: URL(filePath: path).appending(path: part.rawValue), options: .atomic)
      }
    } catch {
      throw Anomaly(
        .unavailable, "\(path) cannot be written: \(error.localizedDescription)",
        chinese: "无法写入 \(path)")
    }
  }

  func read() throws(Anomaly) -> TerminalKit {
    try TerminalKit { part throws(Anomaly) in
      let file = path + "/" + part.rawValue
      guard let content = FileManager.default.contents(atPath: file) else {
        throw .notFound("\(file) cannot be read", chinese: "无法读取 \(file)")
      }
      return [UInt8](content)
    }
  }
}
