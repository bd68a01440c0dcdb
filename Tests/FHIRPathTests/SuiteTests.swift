import FHIR
import FHIRPath
import TestSupport
import Testing

/// HL7's test suite of FHIRPath for R4.
@Suite("The official FHIRPath suite") struct SuiteTests {
  /// Cases that contradict the specification or each other, with the reason.
  static let disputed: [String: String] = [:]

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `yields what the suite expects`() throws {
    let file = try JSON(parsing: Reference.bytes("fhirpath-tests/tests-fhir-r4.json"))
    var inputs: [String: JSONDocument] = [:]
    var passed = 0
    var failures: [String] = []
    let tests = file["tests"]?.items ?? []
    for test in tests {
      let input = test["inputfile"]?.string ?? "patient-example.xml"
      let name = input.split(separator: ".")[0] + ".json"
      if inputs[String(name)] == nil {
        inputs[String(name)] = try JSONDocument.parse(
          Reference.bytes("fhirpath-tests/input/\(name)"))
      }
      let document = try #require(inputs[String(name)])
      if let failure = failure(of: test, on: document) {
        failures.append(
          "\(test["name"]?.string ?? "")  \(test["expression"]?.string ?? ""): \(failure)")
      } else {
        passed += 1
      }
    }
    print("CONFORMANCE fhirpath-tests: \(passed)/\(tests.count)")
    for failure in failures { print(failure) }
    let undisputed = failures.filter { failure in
      !Self.disputed.keys.contains { failure.hasPrefix($0 + " ") }
    }
    #expect(undisputed.isEmpty)
    #expect(Double(passed) >= 0.99 * Double(tests.count))
  }

  /// Nil where the test passes.
  func failure(of test: JSON, on document: JSONDocument) -> String? {
    let expression = test["expression"]?.string ?? ""
    let isInvalid = test["invalid"] != nil
    do {
      let now = PartialDate(milliseconds: 1_790_000_000_000)
      var values = try Path.evaluate(expression, on: document, Environment(now: now))
      if isInvalid { return "expected an error, got \(values.map(\.shownText))" }
      if test["predicate"]?.string == "true" {
        values = [.boolean(!values.isEmpty && values.map(\.shownText) != ["false"])]
      }
      let outputs = test["outputs"]?.items ?? []
      guard outputs.count == values.count else {
        return "expected \(outputs.count) values, got \(values.map(\.shownText))"
      }
      for (output, value) in zip(outputs, values) {
        var expected = output["value"]?.string ?? ""
        if expected.hasPrefix("@T") {
          expected.removeFirst(2)
        } else if expected.hasPrefix("@") {
          expected.removeFirst()
        }
        guard value.shownText == expected else {
          return "expected \(expected), got \(value.shownText)"
        }
        guard let type = output["type"]?.string, type != value.shownType else { continue }
        if type == "string", ["code", "id", "uri", "markdown"].contains(value.shownType) {
          continue
        }
        return "expected the type \(type), got \(value.shownType)"
      }
      return nil
    } catch {
      return isInvalid ? nil : error.message
    }
  }
}
