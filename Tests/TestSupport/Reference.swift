package import Foundation

/// The official suites and real data that stand beside a checkout, read by conformance tests.
package enum Reference {
  /// The folder of this package.
  package static let packageRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of the reference data, a sibling of the package.
  package static let root = packageRoot.deletingLastPathComponent()
    .appending(path: "shared/reference", directoryHint: .isDirectory)

  /// Whether the reference data is there; tests that need it skip by name where it is not.
  package static let isPresent = FileManager.default.fileExists(atPath: root.path)

  /// A file of the reference data.
  package static func url(_ path: String) -> URL { root.appending(path: path) }

  /// The bytes of a reference file; `.gz` files are unpacked.
  package static func bytes(_ path: String) throws -> [UInt8] {
    let url = url(path)
    guard path.hasSuffix(".gz") else { return [UInt8](try Data(contentsOf: url)) }
    let gunzip = Process()
    gunzip.executableURL = URL(filePath: "/usr/bin/env")
    gunzip.arguments = ["gunzip", "-c", url.path]
    let pipe = Pipe()
    gunzip.standardOutput = pipe
    try gunzip.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    gunzip.waitUntilExit()
    return [UInt8](data)
  }

  /// The non-empty lines of a reference file.
  package static func lines(_ path: String) throws -> [[UInt8]] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }
}
