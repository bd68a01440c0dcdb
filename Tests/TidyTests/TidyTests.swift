import Foundation
import TestSupport
import Testing

/// Style that a machine can check, checked: what STYLE.md says in numbers.
@Suite("Tidiness") struct TidyTests {
  static let columnsPerLine = 100
  static let linesPerFile = 500
  static let linesPerFunction = 70
  static let foldersBelowSources = 2

  @Test(arguments: SourceFile.all)
  func `lines stay within 100 columns`(file: SourceFile) {
    for (number, line) in file.lines.enumerated() where line.count > Self.columnsPerLine {
      Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
    }
  }

  @Test(arguments: SourceFile.all)
  func `a file stays within 500 lines`(file: SourceFile) {
    #expect(file.lines.count <= Self.linesPerFile, "\(file.path): two words in one file?")
  }

  @Test(arguments: SourceFile.all)
  func `a function stays within 70 lines`(file: SourceFile) {
    for function in file.functions where function.lineCount > Self.linesPerFunction {
      Issue.record("\(file.path):\(function.line) has \(function.lineCount) lines")
    }
  }

  @Test(arguments: SourceFile.sources)
  func `sources lie at Target, Group, File and never deeper`(file: SourceFile) {
    #expect(file.path.split(separator: "/").count <= Self.foldersBelowSources + 2, "\(file.path)")
  }

  @Test(arguments: SourceFile.sources)
  func `nothing is public, unfinished or swallowed`(file: SourceFile) {
    let marks = [
      "public ", "TO" + "DO", "FIX" + "ME", "try" + "?", "catch {" + "}", "fatalError(",
      "import FoundationNetworking",
    ]
    for (number, line) in file.lines.enumerated() where !line.contains("package public") {
      // A public key is a term of cryptography, not an access level.
      let line = line.replacing("public key", with: "key")
      for mark in marks where line.contains(mark) {
        Issue.record("\(file.path):\(number + 1) has '\(mark)'")
      }
    }
  }

  @Test(arguments: SourceFile.sources)
  func `the kernel's hot floors do without Foundation`(file: SourceFile) {
    let floors = ["FHIR", "FHIRPath", "Validation", "FHIRSearch"]
    guard floors.contains(where: { file.path.hasPrefix("Sources/\($0)/") }) else { return }
    #expect(!file.lines.contains { $0.hasSuffix("import Foundation") }, "\(file.path)")
  }

  @Test(arguments: SourceFile.sources)
  func `no drawer is called manager, helper or utility`(file: SourceFile) {
    let name = file.path.split(separator: "/").last ?? ""
    for word in ["Manager", "Helper", "Util", "Impl", "Extensions", "Misc"] {
      #expect(!name.contains(word), "\(file.path)")
    }
  }

  @Test func `a test folder stands for a target`() throws {
    let manifest = try String(
      contentsOf: Reference.packageRoot.appending(path: "Package.swift"), encoding: .utf8)
    for folder in try Folder.names(in: "Sources") {
      #expect(manifest.contains("\"\(folder)\""), "Sources/\(folder) is no target")
    }
  }

  @Test func `every table of Data is carried by the program or described`() throws {
    let root = Reference.packageRoot
    let carried = try String(
      contentsOf: root.appending(path: "Sources/Embedded/tables.h"), encoding: .utf8)
    for path in Folder.files(in: "Data", endingIn: [".tsv", ".csv", ".json", ".css", ".js"]) {
      #expect(carried.contains(path.dropFirst("Data/".count)), "\(path) is an orphan")
    }
  }
}
