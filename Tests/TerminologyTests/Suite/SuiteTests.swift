import FHIR
import Terminology
import TestSupport
import Testing

/// The test suite of the FHIR terminology ecosystem, the suites of mode `general`.
@Suite("The terminology ecosystem suite") struct SuiteTests {
  /// Cases that R4 cannot or should not answer as the suite wants, with the reason.
  static let differences: [String: String] = [
    "overload/expand-enum-good": overloaded, "overload/expand-enum-bad": overloaded,
    "overload/expand-exclude-versioned": overloaded,
  ]

  /// The suite contradicts itself: here it wants the display of version 1.0.0 beside version 2.0.0,
  /// in overload/expand-all that of version 2.0.0, which the code system indeed has.
  private static let overloaded =
    "wants 'Display 2' for code2 of version 2.0.0, which the code system calls 'Display #2'"

  /// How many of the cases must pass.
  static let threshold = 0.9

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `answers as the suite expects`() throws {
    let suite = try TerminologySuite()
    var passed = 0
    var total = 0
    var unexplained: [String] = []
    for group in suite.groups {
      for test in group.tests {
        total += 1
        let differences = try suite.differences(of: test, in: group)
        if differences.isEmpty {
          passed += 1
          continue
        }
        let name = "\(group.name)/\(test["name"]?.string ?? "")"
        let reason = Self.differences[name]
        if reason == nil { unexplained.append(name) }
        print("DIFFERENCE \(name): \(reason ?? differences.prefix(3).joined(separator: " | "))")
      }
    }
    print("CONFORMANCE fhir-terminology-tests: \(passed)/\(total)")
    #expect(unexplained.isEmpty)
    #expect(Double(passed) >= Self.threshold * Double(total))
  }
}

/// The files of the suite, and how a case of it is run.
struct TerminologySuite {
  struct Group {
    var name: String
    var library: Library
    var tests: [JSON]
  }

  private let files: [String: JSON]
  private(set) var groups: [Group] = []

  init() throws {
    var files: [String: JSON] = [:]
    for line in try Reference.lines("fhir-terminology-tests/files.ndjson.gz") {
      let entry = try JSON(parsing: line)
      guard let path = entry["path"]?.string, let content = entry["content"] else { continue }
      files[path] = try content.string.map { try JSON(parsing: Array($0.utf8)) } ?? content
    }
    self.files = files
    let index = try JSON(parsing: Reference.bytes("fhir-terminology-tests/test-cases.json"))
    for item in index["suites"]?.items ?? [] {
      var library = Library()
      for path in item["setup"]?.items ?? [] {
        try library.add(#require(files[path.string ?? ""]))
      }
      groups.append(
        Group(
          name: item["name"]?.string ?? "", library: library, tests: item["tests"]?.items ?? []))
    }
  }

  func differences(of test: JSON, in group: Group) throws -> [String] {
    let expected = try #require(files[test["response"]?.string ?? ""])
    let (status, answer) = try run(test, in: group)
    var comparison = SuiteComparison()
    comparison.compare(expected, answer.asR5)
    var differences = comparison.differences
    let wanted = test["http-code"]?.string ?? "2xx"
    if !status.hasPrefix(wanted.prefix(1)) {
      differences.insert("status: wanted \(wanted), got \(status)", at: 0)
    }
    return differences
  }

  private func run(_ test: JSON, in group: Group) throws -> (status: String, answer: JSON) {
    let request = try #require(files[test["request"]?.string ?? ""])
    var parts = try Question(request).parts
    if let profile = test["profile"]?.string {
      // The suite sends its profile with every request; the id in it is its own affair.
      let added = try Question(#require(files[profile])).parts
      parts += added.filter { $0.name != "uuid" }
    }
    let (operation, type) = try #require(Self.operations[test["operation"]?.string ?? ""])
    var call = TerminologyCall(
      operation, of: type, library: group.library, question: Question(parts),
      timestamp: "2026-01-01T00:00:00Z",
      identifier: "urn:uuid:00000000-0000-4000-8000-000000000000")
    call.acceptLanguage = test["Accept-Language"]?.string
    do {
      return ("200", try call.answer())
    } catch {
      return (String(error.status ?? error.category.status), error.terminologyOutcome())
    }
  }

  private static let operations: [String: (TerminologyOperation, String)] = [
    "expand": (.expand, "ValueSet"), "validate-code": (.validateCode, "ValueSet"),
    "cs-validate-code": (.validateCode, "CodeSystem"), "lookup": (.lookup, "CodeSystem"),
    "translate": (.translate, "ConceptMap"),
    "batch-validate": (.batchValidateCode, "ValueSet"),
  ]
}
