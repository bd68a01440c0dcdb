import FHIR
import RecordStore

/// The answer to a call, before it is put into a representation.
struct Reply: Sendable {
  enum Content: Sendable {
    case none
    /// The JSON text of a resource.
    case resource([UInt8])
    /// Anything else, as it is.
    case other(type: String, [UInt8])
  }

  var status: Int
  var content = Content.none
  /// The version for `ETag`. <https://hl7.org/fhir/R4/http.html#versioning>
  var version: Int?
  /// The moment for `Last-Modified`, in milliseconds since 1970 UTC.
  var updated: Int64?
  /// The version's place below the base URL.
  var location: String?
  /// The methods that the place knows, for `Allow`.
  var allowed: [Verb] = []
  /// How long to wait before trying again.
  var retryAfterInSeconds: Int?

  init(status: Int, _ content: Content = .none) {
    self.status = status
    self.content = content
  }

  init(status: Int, _ resource: JSON) {
    self.init(status: status, .resource(resource.encoded()))
  }

  /// The whole of a version with its `ETag` and `Last-Modified`.
  init(status: Int, _ version: Version) {
    self.init(status: status, version.isDeleted ? .none : .resource(version.body))
    self.version = version.version
    updated = version.updated
  }

  /// What went wrong, as an OperationOutcome.
  init(_ anomaly: Anomaly) {
    self.init(status: anomaly.status ?? anomaly.category.status, anomaly.operationOutcome)
    if anomaly.category == .busy || status == 503 { retryAfterInSeconds = 1 }
  }

  /// The bytes of a JSON answer; empty for any other.
  var json: [UInt8] {
    if case .resource(let bytes) = content { return bytes }
    return []
  }
}
