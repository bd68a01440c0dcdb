import FHIR
import FHIRSearch
import RecordStore
import Registries

extension Site {
  static let householdsShown = 20

  /// `/population`: a household is found by any of its people; the latest changed stand below.
  func population(
    _ request: PageRequest, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    var values: [String: Any] = ["query": "", "typed": request["who"] ?? ""]
    var households: [Household] = []
    if let typed = request["who"] {
      values["isAsked"] = true
      var alone: [[String: Any]] = []
      for person in try await persons(Wanted(typed)) {
        if let household = try await registry.household(of: person.key.id) {
          if !households.contains(where: { $0.id == household.id }) { households.append(household) }
        } else {
          let document = try JSONDocument.parse(person.body)
          alone.append(
            withExtendedLifetime(document) {
              FoundPerson(document.root).values(
                at: Moment(milliseconds: clock()), frame.language)
            })
        }
      }
      if households.count == 1, alone.isEmpty {
        return .redirect(to: "/population/household/\(households[0].id)")
      }
      values["alone"] = alone
      values["hasAlone"] = !alone.isEmpty
      values["isNobody"] = alone.isEmpty && households.isEmpty
    } else {
      let waiting = try await registry.waiting()
      values["hasWaiting"] = !waiting.isEmpty
      values["waiting"] = waiting.map { waiting -> [String: Any] in
        [
          "title": waiting.title, "reason": waiting.reason,
          "link": "\(waiting.form)?draft=\(waiting.id)",
          "day": Moment(waiting.authored)?.text ?? "",
        ]
      }
      let query = "code=household&_sort=-_lastUpdated&_count=\(Self.householdsShown)"
      for version in try await registry.search("Group", query) {
        let household = try Household(version)
        if household.isHousehold { households.append(household) }
      }
    }
    values["households"] = households.map { household -> [String: Any] in
      var values: [String: Any] = [
        "id": household.id, "name": household.name, "count": household.members.count,
        "isDissolved": household.members.isEmpty,
        "members": household.members.map(\.name).joined(separator: "、"),
      ]
      values["address"] = household.address.text
      return values
    }
    values["hasHouseholds"] = !households.isEmpty
    return .html(Template.population.render(values, frame))
  }

  /// The first that the finder's searches find.
  private func persons(_ wanted: Wanted) async throws(Anomaly) -> [Version] {
    for search in wanted.searches where search.initials == nil {
      let found = try await registry.search(
        "Patient", search.query + "&_count=\(Self.householdsShown)")
      if !found.isEmpty { return found }
    }
    return []
  }
}
