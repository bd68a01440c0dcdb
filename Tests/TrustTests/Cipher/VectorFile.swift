import FHIR
import TestSupport
import Trust

/// A file of vectors in the form `NAME = hex`, cases parted by empty lines.
enum VectorFile {
  static func cases(_ path: String) throws -> [[String: [UInt8]]] {
    var cases: [[String: [UInt8]]] = []
    var fields: [String: [UInt8]] = [:]
    let text = String(decoding: try Reference.bytes("sm-crypto/" + path), as: UTF8.self)
    for line in (text + "\n\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix("#") {
        if fields.count > 1 { cases.append(fields) }
        fields = [:]
      } else if let mark = line.firstRange(of: " = ") {
        let value = String(line[mark.upperBound...])
        let isNumber = line.hasPrefix("COUNT") || line.hasPrefix("Len")
        fields[String(line[..<mark.lowerBound])] =
          isNumber ? Array(value.utf8) : try Hex.bytes(value)
      }
    }
    return cases
  }

  /// The vectors that OpenSSL's own program made, under their name.
  static func generated(_ name: String) throws -> [JSON] {
    try JSON(parsing: Reference.bytes("sm-crypto/openssl-generated.json"))[name]?.items ?? []
  }
}

extension JSON {
  func hex(_ name: String) throws -> [UInt8] { try Hex.bytes(self[name]?.string ?? "-") }
}

/// How many of a suite's cases were right.
struct Score {
  let name: String
  var passed = 0
  var failures: [String] = []

  mutating func note(_ isRight: Bool, _ what: @autoclosure () -> String) {
    if isRight { passed += 1 } else { failures.append(what()) }
  }

  func print() {
    Swift.print("CONFORMANCE \(name): \(passed)/\(passed + failures.count)")
    for failure in failures { Swift.print(failure) }
  }
}
