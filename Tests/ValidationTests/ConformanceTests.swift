import FHIR
import Foundation
import TestSupport
import Testing
import Validation

@Suite(.enabled(if: Reference.isPresent, "reference data absent"))
struct ConformanceTests {
  @Test func `all examples of the standard are valid`() throws {
    let validator = Validator()
    let examples = try Suites.examples()
    var valid = 0
    for example in examples {
      let errors = validator.validate(example).filter(\.isError)
      if errors.isEmpty { valid += 1 }
      for error in errors.prefix(3) {
        print(Suites.name(of: example), error.expression, error.message)
      }
    }
    print("CONFORMANCE fhir-r4-examples valid: \(valid)/\(examples.count)")
    #expect(valid == examples.count)
  }

  @Test func `all bundles of Synthea are valid`() throws {
    let validator = Validator()
    let names = try FileManager.default.contentsOfDirectory(
      atPath: Reference.url("synthea/bundles").path
    ).sorted()
    var resources = 0
    var time = Duration.zero
    for name in names {
      let document = try JSONDocument.parse(try Reference.bytes("synthea/bundles/" + name))
      resources += document.root.member("entry")?.count ?? 0
      var issues: [Validation.Issue] = []
      time += ContinuousClock().measure { issues = validator.validate(document) }
      let errors = issues.filter(\.isError)
      #expect(errors.isEmpty, "\(name): \(errors.prefix(3).map { ($0.expression, $0.message) })")
    }
    let each = time / resources
    print("CONFORMANCE synthea valid: \(names.count) bundles, \(resources) resources, \(each) each")
  }
}
