import FHIR
import FHIRSearch
import RecordStore

extension Site {
  /// `/fhir/Type?…`: the matches of a search as a table, with the form it was built by.
  func results(_ type: TypeID, _ request: PageRequest, _ frame: Frame) async throws(Anomaly)
    -> PageReply
  {
    let asked = request.query.filter { !Frame.ownNames.contains($0.name) }
    let text = asked.map { "\($0.name.urlEncoded)=\($0.value.urlEncoded)" }.joined(separator: "&")
    let query = try Query.parse(
      text, in: .type(type), QueryContext(table: store.parameters, now: clock()))
    let page = try await store.search(query)
    let name = Schema.r4.name(of: type)
    var values: [String: Any] = [
      "type": name, "isEmpty": page.entries.isEmpty,
      "warnings": page.warnings.map {
        frame.language == .chinese ? $0.chinese ?? $0.message : $0.message
      },
      "entries": try page.entries.map { (entry) throws(Anomaly) in try row(entry) },
      "command": Self.command(name, text),
      "builder": builder(
        type, asked.filter { !["_sort", "_count", Query.cursorName].contains($0.name) }, frame),
    ]
    values["total"] = page.total
    let links = [
      "first": page.links.first, "previous": page.links.previous, "next": page.links.next,
    ]
    for case (let relation, let cursor?) in links {
      let items = [query.applied, "\(Query.cursorName)=\(cursor.urlEncoded)"]
      values[relation] = "/fhir/\(name)?" + items.filter { !$0.isEmpty }.joined(separator: "&")
    }
    return .html(Template.results.render(values, frame))
  }

  private func row(_ entry: SearchPage.Entry) throws(Anomaly) -> [String: Any] {
    let version = entry.version
    var values: [String: Any] = [
      "name": "\(version.key)", "link": "/fhir/\(version.key)",
      "updated": Instant(milliseconds: version.updated).text,
      "isIncluded": entry.mode == .include,
    ]
    values["summary"] = Digest.text(of: try JSON(parsing: version.body))
    return values
  }

  /// The same search in a terminal.
  private static func command(_ type: String, _ text: String) -> String {
    let query = text.isEmpty ? "" : "?" + text
    return "curl -H 'Accept: application/fhir+json' 'http://127.0.0.1:8080/fhir/\(type)\(query)'"
  }
}

/// A resource in a line: what it is, of whom or what, when.
enum Digest {
  /// How many characters a line has at most.
  static let longest = 120

  /// The members that say most, in this order.
  private static let telling = [
    "name", "code", "medicationCodeableConcept", "vaccineCode", "class", "type", "title",
    "description", "status", "valueQuantity", "birthDate", "effectiveDateTime", "period",
    "authoredOn", "onsetDateTime", "recordedDate", "occurrenceDateTime", "issued", "date",
  ]

  static func text(of resource: JSON) -> String {
    let parts = telling.compactMap { resource[$0].flatMap(word) }
    return String(parts.prefix(4).joined(separator: " · ").prefix(longest))
  }

  private static func word(_ value: JSON?) -> String? {
    switch value {
    case .string(let text): text
    case .array(let items): word(items.first)
    case .object(let object): word(of: object)
    default: nil
    }
  }

  private static func word(of object: JSONObject) -> String? {
    if let text = object["text"]?.string ?? object["display"]?.string { return text }
    if let start = object["start"]?.string { return start }
    if let coding = object["coding"] { return word(coding) }
    if case .number(let number)? = object["value"] {
      return number + (object["unit"]?.string.map { " " + $0 } ?? "")
    }
    if let family = object["family"]?.string {
      return family + (object["given"]?.items.compactMap(\.string).joined(separator: " ") ?? "")
    }
    return object["code"]?.string
  }
}
