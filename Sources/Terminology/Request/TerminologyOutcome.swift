package import FHIR

extension Anomaly {
  /// What went wrong with a terminology operation, with the kind that other servers use.
  ///
  /// The kinds are those of <http://hl7.org/fhir/tools/CodeSystem/tx-issue-type>.
  package func terminologyOutcome(inChinese: Bool = false) -> JSON {
    let text = inChinese ? chinese ?? message : message
    var issue: JSON = [
      "severity": "error", "code": .string(code.rawValue), "details": ["text": .string(text)],
    ]
    if let kind { issue["details"] = Finding.details(kind, text) }
    if let path { issue["expression"] = [.string(path)] }
    return OperationOutcome.resource([issue])
  }

  private var kind: Finding.Kind? {
    switch code {
    case .notFound: .notFound
    case .exception: .versionError
    case .processing, .codeInvalid: .invalidValueSet
    case .invalid where path?.hasPrefix("ValueSet.compose") ?? false: .invalidValueSet
    default: nil
    }
  }
}
