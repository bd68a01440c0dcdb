package import FHIR

/// The operations of a terminology service.
/// <https://hl7.org/fhir/R4/terminology-service.html>
package enum TerminologyOperation: String, Sendable, CaseIterable {
  case expand
  case validateCode = "validate-code"
  case batchValidateCode = "batch-validate-code"
  case lookup
  case subsumes
  case translate

  /// The parameters that every operation takes beside its own.
  private static let common: Set<String> = [
    "tx-resource", "useSupplement", "displayLanguage", "date", "default-valueset-version",
    "system-version", "check-system-version", "force-system-version",
  ]

  private static let codes: Set<String> = [
    "url", "code", "system", "systemVersion", "version", "display", "coding", "codeableConcept",
    "abstract", "activeOnly", "inferSystem", "lenient-display-validation",
    "valueset-membership-only", "versionsMatch",
  ]

  /// The parameters by the resource type at which an operation is called.
  package func parameters(of type: String) -> Set<String> {
    switch self {
    case .expand:
      Self.common.union([
        "url", "valueSet", "valueSetVersion", "context", "contextDirection", "filter", "offset",
        "count", "includeDesignations", "designation", "includeDefinition", "activeOnly",
        "excludeNested", "excludeNotForUI", "excludePostCoordinated", "exclude-system", "property",
        "versionsMatch",
      ]).subtracting(["context", "contextDirection"])
    case .validateCode where type == "CodeSystem":
      Self.common.union(Self.codes).union(["codeSystem"])
    case .validateCode:
      Self.common.union(Self.codes).union(["valueSet", "valueSetVersion"])
    case .batchValidateCode:
      Self.common.union(Self.codes).union(["valueSet", "valueSetVersion", "validation"])
    case .lookup: Self.common.union(["code", "system", "version", "coding", "property"])
    case .subsumes:
      Self.common.union(["codeA", "codeB", "system", "version", "codingA", "codingB"])
    case .translate:
      Self.common.union([
        "url", "conceptMap", "conceptMapVersion", "code", "system", "version", "source", "coding",
        "codeableConcept", "target", "targetsystem", "reverse", "sourceCode", "sourceSystem",
        "sourceCoding", "sourceCodeableConcept", "targetCode", "targetCoding",
        "targetCodeableConcept", "targetSystem", "sourceScope", "targetScope",
      ])
    }
  }
}

/// One call of a terminology operation: what is asked, of which library, when.
package struct TerminologyCall: Sendable {
  package var operation: TerminologyOperation
  /// `CodeSystem`, `ValueSet` or `ConceptMap`.
  package var type: String
  package var library: Library
  package var question: Question
  /// The resource by whose id the operation was called.
  package var subject: JSON?
  /// The `Accept-Language` of the request.
  package var acceptLanguage: String?
  /// The present, as `expansion.timestamp` has it.
  package var timestamp: String
  /// An identifier that was not used before.
  package var identifier: String
  package var expansionLimit = ExpansionOptions.defaultLimit

  package init(
    _ operation: TerminologyOperation, of type: String, library: Library, question: Question,
    timestamp: String, identifier: String
  ) {
    self.operation = operation
    self.type = type
    self.library = library
    self.question = question
    self.timestamp = timestamp
    self.identifier = identifier
  }

  package func answer() throws(Anomaly) -> JSON {
    try question.allow(operation.parameters(of: type), of: operation.rawValue)
    var call = self
    for resource in question.values("tx-resource") { try call.library.add(resource) }
    switch operation {
    case .expand: return try call.expansion().resource()
    case .validateCode: return try call.validation().answer()
    case .batchValidateCode: return try call.batch()
    case .lookup: return try call.lookup().answer()
    case .subsumes: return try call.subsumption().answer()
    case .translate: return try call.translation().answer()
    }
  }

  /// What holds for the whole call.
  func inquiry(_ set: ValueSet? = nil) throws(Anomaly) -> Inquiry {
    var inquiry = Inquiry(library)
    for kind in VersionRule.Kind.allCases {
      for text in question.texts(kind.rawValue) {
        let canonical = Canonical(text)
        guard canonical.version != nil else {
          throw .incorrect(
            "\(kind.rawValue) must be system|version", chinese: "\(kind.rawValue) 须为“系统|版本”",
            code: .value, path: kind.rawValue)
        }
        inquiry.rules.append(VersionRule(kind, canonical))
      }
    }
    for text in question.texts("default-valueset-version") {
      let canonical = Canonical(text)
      inquiry.valueSetVersions[canonical.url] = canonical.version
    }
    inquiry.supplements = question.texts("useSupplement")
    inquiry.date = question.text("date")
    inquiry.isActiveOnly = try question.bool("activeOnly") ?? false
    inquiry.versionsMatch = try question.bool("versionsMatch")
    let languages =
      question.text("displayLanguage") ?? set?.parameters["displayLanguage"] ?? acceptLanguage
      ?? set?.about.language
    inquiry.speaksChinese = acceptLanguage?.hasPrefix("zh") ?? false
    inquiry.languages = languages.map { LanguagePreference($0) } ?? LanguagePreference()
    return inquiry
  }

  // MARK: What the call is about

  /// The value set in the call, at its URL, or by whose id it was called.
  func valueSet() throws(Anomaly) -> ValueSet? {
    if let resource = question.value("valueSet") { return try ValueSet(resource) }
    if let subject, type == "ValueSet" { return try ValueSet(subject) }
    guard let url = question.text("url") else { return nil }
    var canonical = Canonical(url)
    canonical.version = question.text("valueSetVersion") ?? canonical.version
    if canonical.version == nil {
      canonical.version =
        question.texts("default-valueset-version").map(Canonical.init)
        .first { $0.url == canonical.url }?.version
    }
    guard let set = library.valueSet(canonical.url, version: canonical.version) else {
      throw Inquiry.missingValueSet(canonical.description)
    }
    return set
  }

  /// The coding of `system`, `version` and `code`.
  func plainCoding(versionName: String = "version") -> AskedCoding? {
    guard let code = question.text("code") else { return nil }
    let system = question.text("system").map { Canonical($0) }
    return AskedCoding(
      system: system?.url, version: question.text(versionName) ?? system?.version, code: code,
      display: question.text("display"))
  }

  func codings(_ concept: JSON) -> [AskedCoding] {
    (concept["coding"]?.items ?? []).map(AskedCoding.init)
  }
}
