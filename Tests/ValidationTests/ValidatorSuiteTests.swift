import FHIR
import FHIRXML
import TestSupport
import Testing
import Validation

/// HL7's own validator's verdicts on resources and profiles.
@Suite("fhir-validator-tests", .enabled(if: Reference.isPresent, "reference data absent"))
struct ValidatorSuiteTests {
  /// Cases whose only errors come from terminology, which the suite's README lets be skipped.
  static let terminology: Set<String> = [
    "fixed-quantity-binding-observation-2 (profile)"
  ]

  /// Where the verdict differs, and why.
  static let exceptions: [String: String] = [
    "PulseOxBundle_25Oct2022": "display names of LOINC, and a profile that is not claimed",
    "bad-markdown-no-html": "HTML in markdown is an error only by an option of that validator",
    "contained-resource-bad-id-ignore": "an option of that validator lets wrong ids pass",
    "dr-example-org": "URLs at example.org are refused only by an option of that validator",
    "ext-ctxt-bad-active": "the definition of the extension is not in the suite",
    "ext-ctxt-bad-rtype": "the definition of the extension is not in the suite",
    "exta-ctxt-bad-name": "the definition of the extension is not in the suite",
    "extb-ctxt-bad": "the definition of the extension is not in the suite",
    "observation-bad-profile": "a snapshot is made of the profile, which is no part of validation",
    "parameters-reference-bad": "that validator resolves references in Parameters by a server",
    "pat-dob-ext": "unknown extensions are no error: https://hl7.org/fhir/R4/extensibility.html",
    "patient-circle2-bad-linked (profile)": "the resource referred to is not in the suite",
    "profile-patient-op1": "an extension of R5, unknown to R4: no error",
    "profile-patient-op2": "an extension of R5, unknown to R4: no error",
    "xhtml-ctrl-no-lang-bad (profile)": "an extension of R5 that controls narratives",
    "xhtml-ctrl-source1 (profile)": "an extension of R5 that controls narratives",
    "xhtml-ctrl-twob-lang-good2 (profile)": "an extension of R5 that controls narratives",
  ]

  @Test func `nine of ten verdicts are those of HL7's validator`() throws {
    let suite = try ValidatorSuite()
    var passed = 0
    var total = 0
    for verdict in try suite.verdicts() where !Self.terminology.contains(verdict.name) {
      total += 1
      if verdict.isValid == verdict.expected {
        passed += 1
        #expect(Self.exceptions[verdict.name] == nil, "\(verdict.name) is no exception any more")
      } else if Self.exceptions[verdict.name] == nil {
        Testing.Issue.record(
          """
          \(verdict.name): expected \(verdict.expected ? "valid" : "invalid"): \
          \((verdict.isValid ? verdict.reasons : verdict.issues).prefix(3))
          """)
      }
    }
    print("CONFORMANCE fhir-validator-tests: \(passed)/\(total)")
    #expect(passed * 10 >= total * 9)
  }
}

/// The cases of the suite, read and run.
struct ValidatorSuite {
  struct Verdict {
    var name: String
    var expected: Bool
    var isValid: Bool
    /// What HL7's validator found.
    var reasons: [String]
    /// What this one found.
    var issues: [String]
  }

  private let cases: [JSON]
  private var files: [String: String] = [:]

  init() throws {
    cases = try JSON(parsing: Reference.bytes("fhir-validator-tests/manifest.json")).items
    for line in try Reference.lines("fhir-validator-tests/files.ndjson.gz") {
      let file = try JSON(parsing: line)
      if let path = file["path"]?.string { files[path] = file["text"]?.string }
    }
  }

  func verdicts() throws -> [Verdict] {
    try cases.flatMap { test in
      let name = test["name"]?.string ?? ""
      let file = test["file"]?.string ?? ""
      var verdicts: [Verdict] = []
      if let base = test["base"] {
        verdicts.append(verdict(name, file, base, ProfileSet(), []))
      }
      if let profile = test["profile"], let source = profile["source"]?.string {
        var set = ProfileSet()
        let supporting = (profile["supporting"]?.items ?? []).compactMap(\.string)
        for path in supporting + [source] { try set.add(definition(path)) }
        let url = try definition(source)["url"]?.string ?? ""
        verdicts.append(verdict(name + " (profile)", file, profile, set, [url]))
      }
      return verdicts
    }
  }

  private func verdict(
    _ name: String, _ file: String, _ expected: JSON, _ set: ProfileSet, _ urls: [String]
  ) -> Verdict {
    let reasons = (expected["issues"]?.items ?? []).filter {
      $0["severity"] == "error" || $0["severity"] == "fatal"
    }.map { ($0["expression"]?.string ?? "") + ": " + ($0["text"]?.string ?? "") }
    var issues: [String]
    do {
      let document = try document(file)
      issues = Validator(depth: .profiles, profiles: set).validate(document, against: urls)
        .filter(\.isError).map { $0.expression + ": " + $0.message }
    } catch {
      issues = ["\(error)"]
    }
    return Verdict(
      name: name, expected: expected["errors"] == .number("0"), isValid: issues.isEmpty,
      reasons: reasons, issues: issues)
  }

  private func definition(_ path: String) throws -> JSON {
    let document = try document(path, requiresOrder: false)
    return withExtendedLifetime(document) { JSON(document.root) }
  }

  private func document(_ path: String, requiresOrder: Bool = true) throws -> JSONDocument {
    var limits = XMLLimits()
    limits.requiresOrder = requiresOrder
    let bytes = Array((files[path] ?? "").utf8)
    return path.hasSuffix(".xml")
      ? try JSONDocument.parse(xml: bytes, limits: limits) : try JSONDocument.parse(bytes)
  }
}
