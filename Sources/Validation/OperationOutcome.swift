package import FHIR

extension Issue {
  /// As an issue of an OperationOutcome: the element in `expression`, line and column in
  /// `diagnostics`.
  package var json: JSON {
    OperationOutcome.issue(
      severity, code, message, chinese: chinese,
      diagnostics: line > 0 ? "line \(line), column \(column)" : nil,
      expression: expression.isEmpty ? nil : expression)
  }
}

/// The answer of `$validate`: all findings, or one that says that there are none.
///
/// <https://hl7.org/fhir/R4/resource-operation-validate.html>
package func operationOutcome(_ issues: [Issue]) -> JSON {
  guard !issues.isEmpty else {
    return OperationOutcome.resource([
      OperationOutcome.issue(
        .information, .informational, "No issue was found", chinese: "未发现问题")
    ])
  }
  return OperationOutcome.resource(issues.map(\.json))
}

extension Anomaly {
  /// The refusal of a resource for its errors; nil when there are none.
  ///
  /// The first error is the anomaly, the rest are its `others`. Status 422 as
  /// <https://hl7.org/fhir/R4/http.html#create> says.
  package init?(refusing issues: [Issue]) {
    let errors = issues.filter(\.isError).map { issue in
      Anomaly(
        .incorrect, issue.message, chinese: issue.chinese, code: issue.code,
        path: issue.expression, status: 422)
    }
    guard let first = errors.first else { return nil }
    self = first
    others = Array(errors.dropFirst())
  }
}
