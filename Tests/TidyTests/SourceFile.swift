import Foundation
import TestSupport
import Testing

/// A Swift file of the project, read once.
struct SourceFile: Sendable, CustomTestStringConvertible {
  /// Below the package, such as `Sources/FHIR/Anomaly.swift`.
  let path: String
  let lines: [Substring]

  var testDescription: String { path }

  static let sources = read("Sources")
  static let all = sources + read("Tests")

  private static func read(_ folder: String) -> [SourceFile] {
    Folder.files(in: folder, endingIn: [".swift"]).sorted().map { path in
      let url = Reference.packageRoot.appending(path: path)
      let text = FileManager.default.contents(atPath: url.path) ?? Data()
      let lines = String(decoding: text, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      return SourceFile(path: path, lines: lines)
    }
  }

  struct Function {
    let line: Int
    let lineCount: Int
  }

  /// The functions and initialisers, found by `swift format`'s indentation: from `func` to the
  /// closing brace
  /// in the same column.
  var functions: [Function] {
    var found: [Function] = []
    for (index, line) in lines.enumerated() {
      let indentation = line.prefix { $0 == " " }
      let words = line.dropFirst(indentation.count).split(separator: " ")
      guard words.contains(where: { $0 == "func" || $0.hasPrefix("init(") }),
        words.first?.hasPrefix("//") == false
      else { continue }
      let end = lines[index...].firstIndex { $0.hasPrefix(indentation + "}") }
      guard let end else { continue }
      found.append(Function(line: index + 1, lineCount: end - index + 1))
    }
    return found
  }
}

/// The folders of the package.
enum Folder {
  static func files(in folder: String, endingIn endings: [String]) -> [String] {
    let root = Reference.packageRoot.appending(path: folder)
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
    return (paths ?? []).filter { path in endings.contains { path.hasSuffix($0) } }
      .map { folder + "/" + $0 }
  }

  static func names(in folder: String) throws -> [String] {
    let root = Reference.packageRoot.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(atPath: root.path)
  }
}
