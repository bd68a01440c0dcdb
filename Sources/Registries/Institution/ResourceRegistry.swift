package import FHIR
import FHIRSearch
package import RecordStore

/// The registry of health resources 卫生资源: institutions, places, equipment, staff.
package struct ResourceRegistry: Sendable {
  package static let pageSize = 50
  /// Staff, beds or devices that one page lists.
  package static let listLimit = 500

  let store: any RecordStore
  let clock: @Sendable () -> Int64

  package init(store: any RecordStore, clock: @escaping @Sendable () -> Int64) {
    self.store = store
    self.clock = clock
  }

  package var today: CivilDay { CivilDay(milliseconds: clock()) }

  /// What institutions are asked for; empty parts ask for nothing.
  package struct Wish: Sendable {
    package var name = ""
    package var classCode = ""
    package var level = ""
    /// The id of the Location that is the jurisdiction.
    package var jurisdiction = ""
    package var cursor: String?

    package init() {}

    /// As the standard search of mCSD, ITI-90.
    var query: String {
      var parts = ["partof:missing=true", "_sort=name", "_total=accurate"]
      if !name.isEmpty { parts.append("name:contains=\(name.queryEncoded)") }
      if !classCode.isEmpty {
        parts.append("type=\(CodeList.institutionClass.system)%7C\(classCode)")
      }
      if !level.isEmpty { parts.append("type=\(CodeList.level.system)%7C\(level)") }
      if !jurisdiction.isEmpty {
        parts.append("_has:Location:organization:partof=Location/\(jurisdiction)")
      }
      return parts.joined(separator: "&")
    }
  }

  package struct Found: Sendable {
    package let institutions: [Institution]
    package let total: Int?
    package let next: String?
    package let previous: String?
  }

  private func page(_ type: String, _ text: String) async throws(Anomaly) -> SearchPage {
    guard let id = Schema.r4.type(named: type) else { return SearchPage(entries: []) }
    let context = QueryContext(table: store.parameters, now: clock())
    return try await store.search(try Query.parse(text, in: .type(id), context))
  }

  func search(_ type: String, _ text: String) async throws(Anomaly) -> [Version] {
    try await page(type, text).entries.map(\.version).filter { !$0.isDeleted }
  }

  package func institutions(_ wish: Wish) async throws(Anomaly) -> Found {
    let cursor = wish.cursor.map { "&\(Query.cursorName)=\($0.queryEncoded)" } ?? ""
    let found = try await page(
      "Organization", wish.query + "&_count=\(Self.pageSize)" + cursor)
    var institutions: [Institution] = []
    for entry in found.entries { institutions.append(try Institution(entry.version)) }
    return Found(
      institutions: institutions, total: found.total, next: found.links.next,
      previous: found.links.previous)
  }

  /// Places that are divisions: id and name, by the code of the division.
  package func jurisdictions() async throws(Anomaly) -> [(id: String, name: String)] {
    var found: [(code: String, id: String, name: String)] = []
    let query = "identifier=\(RegistrySystem.division)%7C&_count=\(Self.listLimit)"
    for version in try await search("Location", query) {
      let tree = try JSON(parsing: version.body)
      let code = tree["identifier"]?.items.first {
        $0["system"]?.string == RegistrySystem.division
      }
      found.append(
        (code?["value"]?.string ?? "", version.key.id, tree["name"]?.string ?? ""))
    }
    return found.sorted { $0.code < $1.code }.map { ($0.id, $0.name) }
  }

  package func institution(_ id: String) async throws(Anomaly) -> Institution {
    guard let key = ResourceKey(reference: "Organization/\(id)"),
      let version = try await store.read(key), !version.isDeleted
    else {
      throw .notFound("There is no institution '\(id)'", chinese: "没有编号为“\(id)”的机构")
    }
    return try Institution(version)
  }

  package func departments(of id: String) async throws(Anomaly) -> [Institution] {
    var departments: [Institution] = []
    let query = "partof=Organization/\(id)&_sort=name&_count=\(Self.listLimit)"
    for version in try await search("Organization", query) {
      departments.append(try Institution(version))
    }
    return departments
  }

  /// Who works in any of the organizations, with those roles only.
  package func staff(of organizations: [String]) async throws(Anomaly) -> [Clinician] {
    let list = organizations.map { "Organization/\($0)" }.joined(separator: ",")
    guard !list.isEmpty else { return [] }
    return try clinicians(
      try await search(
        "PractitionerRole",
        "organization=\(list)&_include=PractitionerRole:practitioner&_count=\(Self.listLimit)"))
  }

  /// Who answers to a name, a licence or a staff number, with every role.
  package func clinicians(named typed: String) async throws(Anomaly) -> [Clinician] {
    let text = PersonEntry.plain(typed)
    guard !text.isEmpty else { return [] }
    var people = try await search(
      "Practitioner", "name=\(text.queryEncoded)&_sort=name&_count=\(Self.pageSize)")
    if people.isEmpty {
      people = try await search(
        "Practitioner", "identifier=\(text.queryEncoded)&_count=\(Self.pageSize)")
    }
    let list = people.map { "Practitioner/\($0.key.id)" }.joined(separator: ",")
    guard !list.isEmpty else { return [] }
    let roles = try await search(
      "PractitionerRole", "practitioner=\(list)&_count=\(Self.listLimit)")
    return try clinicians(people + roles)
  }

  /// Practitioners with their roles among the resources.
  private func clinicians(_ versions: [Version]) throws(Anomaly) -> [Clinician] {
    var people: [Clinician] = []
    var places: [String: Int] = [:]
    let practitioner = Schema.r4.type(named: "Practitioner")
    for version in versions where version.key.type == practitioner {
      guard places["Practitioner/\(version.key.id)"] == nil else { continue }
      places["Practitioner/\(version.key.id)"] = people.count
      people.append(try Clinician(version))
    }
    for version in versions where version.key.type != practitioner {
      let tree = try JSON(parsing: version.body)
      guard let place = tree["practitioner"]?["reference"]?.string.flatMap({ places[$0] }) else {
        continue
      }
      try people[place].add(role: version)
    }
    return people
  }

  /// A bed, ward or building, or a device, as a line.
  package struct Asset: Sendable {
    package let reference: String
    package let name: String
    package let kind: String?
    package let number: String?
    package let status: String
    package let isBed: Bool
  }

  /// Beds and other places of an institution.
  package func places(of id: String) async throws(Anomaly) -> [Asset] {
    let query = "organization=Organization/\(id)&_sort=name&_count=\(Self.listLimit)"
    return try await search("Location", query).map { (version) throws(Anomaly) in
      let tree = try JSON(parsing: version.body)
      let kind = tree["physicalType"]?["coding"]?[0]?["code"]?.string
      return Asset(
        reference: "Location/\(version.key.id)", name: tree["name"]?.string ?? "",
        kind: kind, number: tree["identifier"]?[0]?["value"]?.string,
        status: tree["status"]?.string ?? "", isBed: kind == "bd")
    }
  }

  /// Equipment of an institution; cards of residents are devices too, but belong to persons.
  package func equipment(of id: String) async throws(Anomaly) -> [Asset] {
    let query =
      "organization=Organization/\(id)&patient:missing=true&_count=\(Self.listLimit)"
    return try await search("Device", query).map { (version) throws(Anomaly) in
      let tree = try JSON(parsing: version.body)
      return Asset(
        reference: "Device/\(version.key.id)",
        name: tree["deviceName"]?[0]?["name"]?.string ?? Clinician.words(tree["type"]) ?? "",
        kind: Clinician.words(tree["type"]), number: tree["serialNumber"]?.string,
        status: tree["status"]?.string ?? "", isBed: false)
    }
  }
}
