import FHIR
import Registries

extension Site {
  /// `/resources/staff`: practitioners and nurses by name or number, with licences and places.
  func staff(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let (language, resources) = (frame.language, registry.resources)
    var values: [String: Any] = ["query": "", "typed": request["who"] ?? ""]
    if let typed = request["who"] {
      let found = try await resources.clinicians(named: typed)
      var names: [String: String] = [:]
      for reference in Set(found.flatMap { $0.roles.compactMap(\.organization) }) {
        let id = String(reference.dropFirst("Organization/".count))
        let place = try await resources.institution(id)
        names[reference] = try await whole(place, resources)
      }
      values["staff"] = found.map { $0.values(named: names, on: resources.today, language) }
      values["hasStaff"] = !found.isEmpty
      values["isNobody"] = found.isEmpty
    }
    return .html(Template.staff.render(values, frame))
  }

  /// A department by the name of its institution too.
  private func whole(
    _ place: Institution, _ resources: ResourceRegistry
  ) async throws(Anomaly) -> String {
    guard let parent = place.parent, parent.hasPrefix("Organization/") else { return place.name }
    let id = String(parent.dropFirst("Organization/".count))
    return try await resources.institution(id).name + place.name
  }
}
