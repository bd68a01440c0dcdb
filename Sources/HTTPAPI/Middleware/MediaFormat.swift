import FHIR

/// The representations of a resource. <https://hl7.org/fhir/R4/http.html#mime-type>
enum MediaFormat: Sendable {
  case json, xml

  var contentType: String {
    switch self {
    case .json: "application/fhir+json; charset=utf-8"
    case .xml: "application/fhir+xml; charset=utf-8"
    }
  }

  /// The format that a media type or an abbreviation of `_format` names.
  init?(mediaType: some StringProtocol) {
    switch mediaType.lowercased() {
    case "json", "application/json", "application/fhir+json", "application/json+fhir",
      "text/json":
      self = .json
    case "xml", "application/xml", "application/fhir+xml", "application/xml+fhir", "text/xml":
      self = .xml
    default: return nil
    }
  }
}

/// What `Accept` and `_format` ask for. <https://hl7.org/fhir/R4/http.html#mime-type>
struct Negotiation: Sendable {
  var format: MediaFormat
  /// Whether a page for people is liked best.
  var wantsHTML: Bool

  /// How many alternatives of an `Accept` header are looked at.
  private static let alternatives = 32

  /// Chooses by `_format` if given, else by the weights of `Accept`; 406 when nothing fits.
  init(accept: String?, format named: String?) throws(Anomaly) {
    wantsHTML = false
    if let named {
      // A plus sign that was not escaped arrives as a space.
      let mediaType = MediaRange(named.replacing(" ", with: "+"))
      if mediaType.name == "html" || mediaType.name == "text/html" {
        (format, wantsHTML) = (.json, true)
        return
      }
      guard mediaType.fitsVersion, let format = MediaFormat(mediaType: mediaType.name) else {
        throw Self.notAcceptable(named)
      }
      self.format = format
      return
    }
    format = .json
    guard let accept, accept != "*/*", accept != "application/fhir+json" else { return }
    let ranges = accept.split(separator: ",", maxSplits: Self.alternatives).map {
      MediaRange(String($0))
    }
    var best = 0.0
    var found = false
    for range in ranges where range.weight > best && range.fitsVersion {
      if range.name == "text/html" || range.name == "application/xhtml+xml" {
        (found, wantsHTML, best, format) = (true, true, range.weight, .json)
      } else if let format = MediaFormat(mediaType: range.name) ?? range.wildcard {
        (found, wantsHTML, best, self.format) = (true, false, range.weight, format)
      }
    }
    if !found { throw Self.notAcceptable(accept) }
  }

  private static func notAcceptable(_ asked: String) -> Anomaly {
    Anomaly(
      .unsupported, "No representation fits '\(asked.prefix(200))'; JSON and XML of FHIR 4.0 exist",
      chinese: "没有符合“\(asked.prefix(200))”的表示,可用 FHIR 4.0 的 JSON 与 XML", status: 406)
  }

  /// The format of a body; 415 when its `Content-Type` is none of ours.
  static func bodyFormat(_ contentType: String?) throws(Anomaly) -> MediaFormat {
    guard let contentType else { return .json }
    let range = MediaRange(contentType)
    if let format = MediaFormat(mediaType: range.name), range.fitsVersion, range.isUTF8 {
      return format
    }
    throw Anomaly(
      .unsupported, "A body of type '\(contentType.prefix(200))' is not read here",
      chinese: "不支持正文类型“\(contentType.prefix(200))”", status: 415)
  }
}

/// One alternative of `Accept`, or a `Content-Type`: a media type and its parameters.
struct MediaRange {
  var name: String
  var weight = 1.0
  var fitsVersion = true
  var isUTF8 = true

  init(_ text: String) {
    let parts = text.split(separator: ";").map { $0.trimmed.lowercased() }
    name = parts.first ?? ""
    for parameter in parts.dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map {
        $0.trimmed.trimming("\"")
      }
      guard pair.count == 2 else { continue }
      switch pair[0] {
      case "q": weight = Double(pair[1]) ?? 0
      case "fhirversion": fitsVersion = pair[1] == "4.0" || pair[1] == "4.0.1"
      case "charset": isUTF8 = pair[1] == "utf-8" || pair[1] == "utf8" || pair[1] == "us-ascii"
      default: break
      }
    }
  }

  var wildcard: MediaFormat? {
    name == "*/*" || name == "application/*" || name == "text/*" ? .json : nil
  }
}

extension StringProtocol {
  /// Without the spaces at both ends.
  var trimmed: String { trimming(" \t") }

  func trimming(_ characters: String) -> String {
    var rest = self[...]
    while let first = rest.first, characters.contains(first) { rest = rest.dropFirst() }
    while let last = rest.last, characters.contains(last) { rest = rest.dropLast() }
    return String(rest)
  }
}
