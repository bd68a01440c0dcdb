/// What went wrong, in one of nine categories, with words for a person in Chinese and English.
///
/// One table maps the category to an HTTP status and an `OperationOutcome` issue code; see
/// `Category`.
package struct Anomaly: Error, Hashable, Sendable {
  /// The nine ways in which anything fails.
  package enum Category: String, CaseIterable, Sendable {
    /// The request is wrong and must be changed before it can work.
    case incorrect
    /// What was asked for does not exist, or existed and is gone.
    case notFound
    /// The request contradicts the present state, such as a version that moved on.
    case conflict
    /// The asker may not.
    case forbidden
    /// The platform does not do this.
    case unsupported
    /// The platform has too much to do; later is better.
    case busy
    /// A part that is needed cannot be reached.
    case unavailable
    /// The work was stopped before it ended.
    case interrupted
    /// The platform itself is at fault.
    case fault
  }

  package var category: Category
  /// The `OperationOutcome.issue.code`, <https://hl7.org/fhir/R4/valueset-issue-type.html>.
  package var code: IssueType
  /// What, where and what next, in English.
  package var message: String
  /// The same in Chinese.
  package var chinese: String?
  /// The element or parameter meant, as a FHIRPath such as `Patient.name[0].given[1]`.
  package var path: String?
  /// The HTTP status, when the category's own is not the right one, such as 410 or 412.
  package var status: Int?
  /// Further findings of the same request, such as all errors of one validation.
  package var others: [Anomaly] = []

  package init(
    _ category: Category, _ message: String, chinese: String? = nil, code: IssueType? = nil,
    path: String? = nil, status: Int? = nil
  ) {
    self.category = category
    self.message = message
    self.chinese = chinese
    self.code = code ?? category.code
    self.path = path
    self.status = status
  }
}

extension Anomaly {
  package static func incorrect(
    _ message: String, chinese: String? = nil, code: IssueType? = nil, path: String? = nil,
    status: Int? = nil
  ) -> Anomaly {
    Anomaly(
      .incorrect, message, chinese: chinese, code: code, path: path, status: status)
  }

  package static func notFound(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.notFound, message, chinese: chinese)
  }

  /// The resource existed and was deleted. <https://hl7.org/fhir/R4/http.html#delete>
  package static func gone(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.notFound, message, chinese: chinese, code: .deleted, status: 410)
  }

  package static func conflict(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.conflict, message, chinese: chinese)
  }

  /// A condition of the request, such as `If-Match`, does not hold.
  package static func preconditionFailed(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.conflict, message, chinese: chinese, status: 412)
  }

  package static func unsupported(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.unsupported, message, chinese: chinese)
  }

  package static func fault(_ message: String, chinese: String? = nil) -> Anomaly {
    Anomaly(.fault, message, chinese: chinese)
  }
}

/// The codes of `OperationOutcome.issue.code`. <https://hl7.org/fhir/R4/valueset-issue-type.html>
package enum IssueType: String, CaseIterable, Sendable {
  case invalid, structure, required, value, invariant
  case security, login, unknown, expired, forbidden, suppressed
  case processing
  case notSupported = "not-supported"
  case duplicate
  case multipleMatches = "multiple-matches"
  case notFound = "not-found"
  case deleted
  case tooLong = "too-long"
  case codeInvalid = "code-invalid"
  case `extension`
  case tooCostly = "too-costly"
  case businessRule = "business-rule"
  case conflict, transient
  case lockError = "lock-error"
  case noStore = "no-store"
  case exception, timeout, incomplete, throttled, informational
}

extension Anomaly.Category {
  /// The issue code that a category has unless the anomaly says otherwise.
  package var code: IssueType {
    switch self {
    case .incorrect: .invalid
    case .notFound: .notFound
    case .conflict: .conflict
    case .forbidden: .forbidden
    case .unsupported: .notSupported
    case .busy: .throttled
    case .unavailable: .transient
    case .interrupted: .incomplete
    case .fault: .exception
    }
  }

  /// The HTTP status that a category has unless the anomaly says otherwise.
  package var status: Int {
    switch self {
    case .incorrect: 400
    case .notFound: 404
    case .conflict: 409
    case .forbidden: 403
    case .unsupported: 400
    case .busy: 429
    case .unavailable: 503
    case .interrupted: 503
    case .fault: 500
    }
  }
}

extension Result where Failure == Anomaly {
  /// Why there is no value; nil when there is one.
  package var failure: Anomaly? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
