import FHIR
import FHIRSearch
import RecordStore

extension Site {
  static let peoplePerPage = 20
  static let recentPeople = 8
  /// How many people are read where first letters choose among them.
  static let initialsWindow = 500
  /// The types whose numbers the start page tells.
  static let figures = [
    "Patient", "Encounter", "Condition", "MedicationRequest", "Observation", "DiagnosticReport",
    "Immunization", "Organization", "Practitioner",
  ]

  /// The start page: one field that finds a person by name, pinyin, identity number or phone.
  func home(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    guard let typed = request["q"] else { return .html(try await start(frame)) }
    let wanted = Wanted(typed)
    var found = SearchPage(entries: [])
    var answering = 0
    if let cursor = request["page"], let number = request["via"].flatMap({ Int($0) }),
      wanted.searches.indices.contains(number)
    {
      answering = number
      found = try await people(wanted.searches[number], cursor: cursor)
    } else {
      for (number, search) in wanted.searches.enumerated() where found.entries.isEmpty {
        answering = number
        found = try await people(search, cursor: nil)
      }
    }
    if wanted.opensAlone, found.entries.count == 1, let key = found.entries.first?.version.key {
      return .redirect(to: "/\(key)")
    }
    var values: [String: Any] = ["query": typed, "isStart": false]
    values["total"] = found.total.map { "\($0)" }
    for case (let relation, let cursor?) in [
      ("previous", found.links.previous), ("next", found.links.next),
    ] {
      values[relation] = "/?q=\(typed.urlEncoded)&via=\(answering)&page=\(cursor.urlEncoded)"
      values["hasPages"] = true
    }
    try list(found, into: &values, frame)
    return .html(Template.home.render(values, frame))
  }

  /// Nothing is asked: what the platform holds and who changed.
  private func start(_ frame: Frame) async throws(Anomaly) -> String {
    let counts = store.statistics().counts
    let figures = Self.figures.compactMap { name -> [String: Any]? in
      guard let type = Schema.r4.type(named: name), let count = counts[type], count > 0 else {
        return nil
      }
      return [
        "type": name, "count": Self.grouped(count),
        "name": Texts.text("figure" + name, frame.language),
      ]
    }
    var values: [String: Any] = [
      "isStart": true, "query": "", "figures": figures, "isEmpty": figures.isEmpty,
    ]
    let recent = try await patients("_sort=-_lastUpdated&_count=\(Self.recentPeople)")
    try list(recent, into: &values, frame)
    return Template.home.render(values, frame)
  }

  private func patients(_ text: String) async throws(Anomaly) -> SearchPage {
    guard let type = Schema.r4.type(named: "Patient") else { return SearchPage(entries: []) }
    let query = try Query.parse(
      text, in: .type(type), QueryContext(table: store.parameters, now: clock()))
    return try await store.search(query)
  }

  func people(
    _ search: Wanted.Search, cursor: String?
  ) async throws(Anomaly) -> SearchPage {
    guard let initials = search.initials else {
      let page = cursor.map { "&\(Query.cursorName)=\($0.urlEncoded)" } ?? ""
      return try await patients(
        "\(search.query)&_count=\(Self.peoplePerPage)&_total=accurate" + page)
    }
    var page = try await patients("\(search.query)&_count=\(Self.initialsWindow)")
    page.links = SearchPage.Links()
    var kept: [SearchPage.Entry] = []
    for entry in page.entries {
      let patient = try JSONDocument.parse(entry.version.body)
      let sounds = withExtendedLifetime(patient) {
        PersonName.names(of: patient.root).map { Pinyin.initials(of: $0.text) }
      }
      if sounds.contains(initials) { kept.append(entry) }
    }
    page.entries = kept
    page.total = kept.count
    return page
  }

  private func list(
    _ found: SearchPage, into values: inout [String: Any], _ frame: Frame
  ) throws(Anomaly) {
    let now = Moment(milliseconds: clock())
    let people = try found.entries.map { (entry) throws(Anomaly) -> [String: Any] in
      let document = try JSONDocument.parse(entry.version.body)
      return withExtendedLifetime(document) {
        FoundPerson(document.root).values(at: now, frame.language)
      }
    }
    values["people"] = people
    values["hasPeople"] = !people.isEmpty
  }

  /// A number with its thousands apart.
  static func grouped(_ number: Int) -> String {
    var groups: [Substring] = []
    var rest = String(number)[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: ",")
  }
}
