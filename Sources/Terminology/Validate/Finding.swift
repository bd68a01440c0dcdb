package import FHIR

/// One thing that a validation of codes has to say.
///
/// The kinds are those of <http://hl7.org/fhir/tools/CodeSystem/tx-issue-type>.
struct Finding: Hashable, Sendable {
  enum Kind: String, Sendable {
    case notFound = "not-found"
    case notInValueSet = "not-in-vs"
    case thisCodeNotInValueSet = "this-code-not-in-vs"
    case invalidCode = "invalid-code"
    case invalidDisplay = "invalid-display"
    case invalidData = "invalid-data"
    case invalidValueSet = "vs-invalid"
    case cannotInfer = "cannot-infer"
    case codeRule = "code-rule"
    case codeComment = "code-comment"
    case statusCheck = "status-check"
    case versionError = "version-error"
  }

  /// Which part of what was sent is meant.
  enum Part: Sendable { case none, whole, system, version, code, display }

  var severity: IssueSeverity
  var code: IssueType
  var kind: Kind
  var part: Part
  var text: String
  var chinese: String
  /// Whether it belongs into the `message` that sums up.
  var isSaid = true
  /// The name of the message that other servers give it.
  var messageID = ""

  /// The issue of an `OperationOutcome`; `path` is where the code stands in the request.
  func issue(_ path: CodePath, inChinese: Bool) -> JSON {
    var issue: JSON = [
      "extension": [["url": .string(Self.messageIDs), "valueString": .string(messageID)]],
      "severity": .string(severity.rawValue), "code": .string(code.rawValue),
      "details": Self.details(kind, inChinese ? chinese : text),
    ]
    if let place = path.expression(part) {
      // R4 has both; older clients read `location`.
      issue["location"] = [.string(place)]
      issue["expression"] = [.string(place)]
    }
    return issue
  }

  static let messageIDs = StandardExtension.base + "operationoutcome-message-id"

  static func details(_ kind: Kind, _ text: String) -> JSON {
    [
      "coding": [["system": .string(Self.kinds), "code": .string(kind.rawValue)]],
      "text": .string(text),
    ]
  }

  static let kinds = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
}

/// Where a code stands in a request: by itself, in a coding, in a concept.
enum CodePath: Hashable, Sendable {
  case code
  case coding
  case concept(Int)

  func expression(_ part: Finding.Part) -> String? {
    let name: String
    switch part {
    case .none: return nil
    case .whole: name = ""
    case .system: name = "system"
    case .version: name = "version"
    case .code: name = "code"
    case .display: name = "display"
    }
    switch self {
    case .code: return name.isEmpty ? "code" : name
    case .coding: return name.isEmpty ? "Coding" : "Coding.\(name)"
    case .concept(let index):
      return "CodeableConcept.coding[\(index)]" + (name.isEmpty ? "" : ".\(name)")
    }
  }
}

/// A code that is asked about.
package struct AskedCoding: Hashable, Sendable {
  package var system: String?
  package var version: String?
  package var code: String
  package var display: String?

  package init(
    system: String?, version: String? = nil, code: String, display: String? = nil
  ) {
    self.system = system
    self.version = version
    self.code = code
    self.display = display
  }

  package init(_ json: JSON) {
    self.init(
      system: json["system"]?.string, version: json["version"]?.string,
      code: json["code"]?.string ?? "", display: json["display"]?.string)
  }

  /// `system|version#code ('display')`, as the findings name it.
  var text: String {
    let version = version.map { "|" + $0 } ?? ""
    let display = display.map { " ('\($0)')" } ?? ""
    return "\(system ?? "")\(version)#\(code)\(display)"
  }
}
