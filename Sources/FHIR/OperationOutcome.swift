/// How bad a finding is, the worst first. <https://hl7.org/fhir/R4/valueset-issue-severity.html>
package enum IssueSeverity: String, CaseIterable, Sendable {
  case fatal, error, warning, information
}

/// The resource that says what went wrong, <https://hl7.org/fhir/R4/operationoutcome.html>.
package enum OperationOutcome {
  /// The extension by which a text stands in another language beside it.
  static let translation: JSON = "http://hl7.org/fhir/StructureDefinition/translation"

  /// The resource with these issues, which must not be none.
  package static func resource(_ issues: [JSON]) -> JSON {
    ["resourceType": "OperationOutcome", "issue": .array(issues)]
  }

  /// One issue: English in `details.text`, Chinese as its translation, the place in `expression`.
  package static func issue(
    _ severity: IssueSeverity, _ code: IssueType, _ message: String, chinese: String? = nil,
    diagnostics: String? = nil, expression: String? = nil
  ) -> JSON {
    var issue: JSON = ["severity": .string(severity.rawValue), "code": .string(code.rawValue)]
    var details: JSON = ["text": .string(message)]
    if let chinese {
      details["_text"] = [
        "extension": [
          [
            "url": translation,
            "extension": [
              ["url": "lang", "valueCode": "zh-CN"],
              ["url": "content", "valueString": .string(chinese)],
            ],
          ]
        ]
      ]
    }
    issue["details"] = details
    if let diagnostics { issue["diagnostics"] = .string(diagnostics) }
    if let expression { issue["expression"] = [.string(expression)] }
    return issue
  }
}

extension Anomaly {
  /// This anomaly and the others found with it, as the answer to whoever asked.
  package var operationOutcome: JSON {
    OperationOutcome.resource([issue] + others.map(\.issue))
  }

  private var issue: JSON {
    OperationOutcome.issue(
      category == .fault ? .fatal : .error, code, message, chinese: chinese, expression: path)
  }
}
