import Canonicals
import FHIR
import RecordStore

/// One thing asked of the API, by a request of its own or by an entry of a batch.
struct Call: Sendable {
  enum Body: Sendable {
    case none
    /// Bytes as received, their `Content-Type` beside them.
    case bytes([UInt8], type: String?)
    /// A resource that was already read.
    case document(JSONDocument)
  }

  var endpoint: Endpoint
  var verb: Verb
  var route: Route
  var parameters = QueryParameters()
  var conditions = Conditions()
  var preference = Preference()
  /// The languages that the asker reads.
  var acceptLanguage: String?
  var body = Body.none
  /// The base URL as the client sees it, such as `http://localhost:8080/fhir`.
  var baseURL: String

  /// Whether it may have written a definition, which holds for whatever is asked next.
  var mayDefine: Bool {
    guard verb != .get else { return false }
    return route.shape == .base || route.type.map(Definitions.types.contains) ?? false
  }

  /// The key in the path; only where the route has one.
  func key() throws(Anomaly) -> ResourceKey {
    guard let key = route.key else {
      throw .fault("The route names no resource", chinese: "路由未指明资源")
    }
    return key
  }

  func type() throws(Anomaly) -> TypeID {
    guard let type = route.type else {
      throw .fault("The route names no type", chinese: "路由未指明类型")
    }
    return type
  }

  /// The resource in the body, read from JSON or XML.
  func resource() throws(Anomaly) -> JSONDocument {
    switch body {
    case .document(let document): return document
    case .none:
      throw .incorrect(
        "The request needs a resource in its body", chinese: "请求正文应有资源", code: .required)
    case .bytes(let bytes, let type):
      guard !bytes.isEmpty else {
        throw .incorrect(
          "The request needs a resource in its body", chinese: "请求正文应有资源", code: .required)
      }
      switch try Negotiation.bodyFormat(type) {
      case .json: return try JSONDocument.parse(bytes)
      case .xml: return try endpoint.readXML(bytes)
      }
    }
  }

  /// The body of a form, `application/x-www-form-urlencoded`; nil when there is none.
  func form() throws(Anomaly) -> String? {
    guard case .bytes(let bytes, let type) = body, !bytes.isEmpty else { return nil }
    guard MediaRange(type ?? "").name == "application/x-www-form-urlencoded" else {
      throw Anomaly(
        .unsupported, "A search by POST has a body of type application/x-www-form-urlencoded",
        chinese: "POST 检索的正文类型须为 application/x-www-form-urlencoded", status: 415)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .incorrect("The form is not UTF-8", chinese: "表单不是 UTF-8")
    }
    return text
  }
}

/// `If-Match` and its like. <https://hl7.org/fhir/R4/http.html#concurrency>
struct Conditions: Sendable {
  var ifMatch: String?
  var ifNoneMatch: String?
  /// `If-Modified-Since`, in seconds since 1970 UTC.
  var ifModifiedSinceInSeconds: Int64?
  /// The query of a conditional create. <https://hl7.org/fhir/R4/http.html#ccreate>
  var ifNoneExist: String?

  /// The version that must be the current one; a tag that is none of ours matches no version.
  func expectedVersion() throws(Anomaly) -> Int? {
    guard let ifMatch else { return nil }
    if let version = Self.version(ifMatch) { return version }
    guard ifMatch.hasSuffix("\"") else {
      throw .incorrect(
        "If-Match must be a version such as W/\"3\"", chinese: "If-Match 须为版本,如 W/\"3\"",
        code: .value, path: "If-Match")
    }
    return Self.noVersion
  }

  private static let noVersion = -1

  /// Whether the asker has this version already.
  func holds(_ version: Version) -> Bool {
    if let ifNoneMatch {
      return ifNoneMatch.split(separator: ",").contains {
        $0.trimmed == "*" || Self.version($0.trimmed) == version.version
      }
    }
    guard let ifModifiedSinceInSeconds else { return false }
    return version.updated / 1_000 <= ifModifiedSinceInSeconds
  }

  /// The number in `W/"3"`; a strong tag and a bare number are taken too.
  static func version(_ tag: String) -> Int? {
    let bare = tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    return Int(bare.trimming("\""))
  }
}

/// The `Prefer` header. <https://hl7.org/fhir/R4/http.html#ops>
struct Preference: Sendable {
  enum Return: String, Sendable {
    case minimal, representation
    case operationOutcome = "OperationOutcome"
  }

  /// What a write answers with; nil leaves it to the interaction.
  var `return`: Return?
  /// `handling=lenient`: unknown search parameters are passed over, with a warning.
  var isLenient = false

  init() {}

  init(_ header: String) throws(Anomaly) {
    for part in header.split(whereSeparator: { $0 == "," || $0 == ";" }) {
      let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmed.trimming("\"") }
      guard pair.count == 2 else { continue }
      switch (pair[0].lowercased(), pair[1]) {
      case ("return", let value):
        guard let wanted = Return(rawValue: value) else {
          throw .incorrect(
            "Prefer: return= must be minimal, representation or OperationOutcome",
            chinese: "Prefer 的 return 须为 minimal、representation 或 OperationOutcome",
            code: .value, path: "Prefer")
        }
        self.return = wanted
      case ("handling", "lenient"): isLenient = true
      case ("handling", "strict"): isLenient = false
      default: break
      }
    }
  }
}
