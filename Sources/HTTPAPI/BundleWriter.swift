import FHIR
import RecordStore

/// Writes a Bundle of whole resources by appending their bytes.
/// <https://hl7.org/fhir/R4/bundle.html>
struct BundleWriter {
  private var out: [UInt8] = []
  private var links: [JSON] = []
  private var isInEntries = false

  /// Beside a resource's own bytes, about so many are written for each entry.
  private static let overheadInBytes = 192

  init(type: String, size: Int, entries: Int = 16) {
    out.reserveCapacity(size + entries * Self.overheadInBytes + 512)
    append("{\"resourceType\":\"Bundle\",\"type\":\"\(type)\"")
  }

  private mutating func append(_ text: String) { out.append(contentsOf: text.utf8) }

  /// The moment when the Bundle was put together.
  mutating func timestamp(_ milliseconds: Int64) {
    append(",\"timestamp\":\"\(Instant(milliseconds: milliseconds).text)\"")
  }

  /// How many there are in all, on this page or not.
  mutating func total(_ count: Int) { append(",\"total\":\(count)") }

  mutating func link(_ relation: String, _ url: String) {
    links.append(["relation": .string(relation), "url": .string(url)])
  }

  private mutating func beginEntry() {
    if !isInEntries {
      if !links.isEmpty {
        append(",\"link\":")
        JSON.array(links).write(into: &out)
      }
      append(",\"entry\":[")
      isInEntries = true
    } else {
      append(",")
    }
    append("{")
  }

  /// An entry of a search: the whole resource, or the part that `_summary` or `_elements` asks for.
  mutating func entry(_ found: SearchPage.Entry, _ subset: ResourceSubset?, baseURL: String)
    throws(Anomaly)
  {
    beginEntry()
    fullURL(of: found.version, baseURL: baseURL)
    out.append(",\"resource\":")
    if let subset, subset.appliesToIncludes || found.mode == .match {
      out.append(contentsOf: try subset.of(found.version.body))
    } else {
      found.version.write(into: &out)
    }
    out.append(",\"search\":{\"mode\":\"")
    append(found.mode.rawValue)
    out.append("\"")
    if let score = found.score { append(",\"score\":\(score)") }
    out.append("}}")
  }

  /// An entry of `$match`: the whole resource, how likely it is, and how sure that is.
  mutating func entry(_ version: Version, score: Double, _ grade: JSON, _ baseURL: String) {
    beginEntry()
    fullURL(of: version, baseURL: baseURL)
    append(",\"resource\":")
    version.write(into: &out)
    append(",\"search\":{\"extension\":[")
    grade.write(into: &out)
    append("],\"mode\":\"match\",\"score\":\(Self.decimal(score))}}")
  }

  /// Four decimal places; JSON has no exponent that every reader knows.
  private static func decimal(_ score: Double) -> String {
    let parts = Int((min(max(score, 0), 1) * 10_000).rounded())
    let digits = String(parts % 10_000)
    return "\(parts / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }

  private mutating func fullURL(of version: Version, baseURL: String) {
    out.append("\"fullUrl\":\"")
    append(baseURL)
    out.append("/")
    append(Schema.r4.name(of: version.key.type))
    out.append("/")
    append(version.key.id)
    out.append("\"")
  }

  /// What a search has to say beside what it found.
  mutating func outcome(_ outcome: JSON) {
    beginEntry()
    append("\"resource\":")
    outcome.write(into: &out)
    append(",\"search\":{\"mode\":\"outcome\"}}")
  }

  /// An entry of a history. <https://hl7.org/fhir/R4/http.html#history>
  mutating func entry(_ version: Version, baseURL: String) {
    beginEntry()
    fullURL(of: version, baseURL: baseURL)
    if !version.isDeleted {
      append(",\"resource\":")
      version.write(into: &out)
    }
    let type = Schema.r4.name(of: version.key.type)
    let (method, url, status) =
      switch version.method {
      case .post: ("POST", type, "201")
      case .put: ("PUT", "\(version.key)", version.version == 1 ? "201" : "200")
      case .patch: ("PATCH", "\(version.key)", "200")
      case .delete: ("DELETE", "\(version.key)", "204")
      }
    append(",\"request\":{\"method\":\"\(method)\",\"url\":\"\(url)\"}")
    append(",\"response\":{\"status\":\"\(status)\",\"etag\":\"W/\\\"\(version.version)\\\"\"")
    append(",\"lastModified\":\"\(Instant(milliseconds: version.updated).text)\"}}")
  }

  /// An entry of a batch or transaction response.
  mutating func response(_ reply: Reply) {
    beginEntry()
    var response: JSON = ["status": .string(StatusText.line(reply.status))]
    if let location = reply.location { response["location"] = .string(location) }
    if let version = reply.version { response["etag"] = .string("W/\"\(version)\"") }
    if let updated = reply.updated {
      response["lastModified"] = .string(Instant(milliseconds: updated).text)
    }
    let resource = reply.json
    if reply.status >= 400, !resource.isEmpty {
      append("\"response\":")
      var text = response.encoded()
      text.removeLast()
      out.append(contentsOf: text)
      append(",\"outcome\":")
      out.append(contentsOf: resource)
      append("}}")
      return
    }
    if !resource.isEmpty {
      append("\"resource\":")
      out.append(contentsOf: resource)
      append(",")
    }
    append("\"response\":")
    response.write(into: &out)
    append("}")
  }

  /// The whole text.
  consuming func finished() -> [UInt8] {
    if isInEntries {
      append("]}")
    } else {
      if !links.isEmpty {
        append(",\"link\":")
        JSON.array(links).write(into: &out)
      }
      append("}")
    }
    return out
  }
}

/// The reason phrases of `Bundle.entry.response.status`.
enum StatusText {
  private static let phrases = [
    200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 400: "Bad Request",
    401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
    410: "Gone", 412: "Precondition Failed", 422: "Unprocessable Entity",
  ]

  /// Such as `201 Created`.
  static func line(_ status: Int) -> String {
    phrases[status].map { "\(status) \($0)" } ?? "\(status)"
  }
}
