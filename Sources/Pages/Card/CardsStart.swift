import FHIR
import RecordStore

extension Site {
  /// `/cards`: whose cards, by name, pinyin, or the number of a card or document.
  func cardsStart(
    _ request: PageRequest, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    var values: [String: Any] = [
      "hasKeys": cards.registry.keys != nil, "asked": request["who"] ?? "",
    ]
    if let typed = request["who"] {
      let wanted = Wanted(typed)
      var found = SearchPage(entries: [])
      for search in wanted.searches where found.entries.isEmpty {
        found = try await people(search, cursor: nil)
      }
      if found.entries.count == 1, let only = found.entries.first?.version.key {
        return .redirect(to: "/cards/person/\(only.id)")
      }
      let now = Moment(milliseconds: clock())
      var people: [[String: Any]] = []
      for entry in found.entries {
        let document = try JSONDocument.parse(entry.version.body)
        people.append(
          withExtendedLifetime(document) {
            FoundPerson(document.root).values(at: now, frame.language)
          })
      }
      values["people"] = people
      values["isEmpty"] = people.isEmpty
      values["wasAsked"] = true
    }
    return .html(Template.cards.render(values, frame))
  }
}
