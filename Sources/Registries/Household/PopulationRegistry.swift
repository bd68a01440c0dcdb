package import FHIR
import FHIRSearch
package import RecordStore

/// The registry of the whole population 全员人口: households, and what happens in lives.
///
/// Each event is one transaction that changes what it concerns and says so in a Provenance.
package struct PopulationRegistry: Sendable {
  /// Events and households that one answer gives.
  package static let answerLimit = 200

  let store: any RecordStore
  /// Milliseconds since 1970 UTC.
  let clock: @Sendable () -> Int64

  package init(store: any RecordStore, clock: @escaping @Sendable () -> Int64) {
    self.store = store
    self.clock = clock
  }

  package var today: CivilDay { CivilDay(milliseconds: clock()) }

  /// The registry of institutions, places and staff in the same store.
  package var resources: ResourceRegistry { ResourceRegistry(store: store, clock: clock) }

  /// A resource as it is now, with its version.
  package struct Reading: Sendable {
    package let reference: String
    package let version: Int
    package var tree: JSON

    /// The id.
    package var id: String { String(reference.split(separator: "/").last ?? "") }
  }

  private func read(_ type: String, _ id: String) async throws(Anomaly) -> Version {
    guard let key = ResourceKey(reference: "\(type)/\(id)"),
      let version = try await store.read(key)
    else {
      throw .notFound("There is no \(type) '\(id)'", chinese: "没有编号为“\(id)”的\(type)")
    }
    guard !version.isDeleted else {
      throw .gone("The \(type) '\(id)' was deleted", chinese: "\(type)“\(id)”已删除")
    }
    return version
  }

  func resource(_ reference: String) async throws(Anomaly) -> Reading {
    let parts = reference.split(separator: "/").map(String.init)
    let version = try await read(parts.first ?? "", parts.count > 1 ? parts[1] : "")
    return Reading(
      reference: reference, version: version.version, tree: try JSON(parsing: version.body))
  }

  package func person(_ id: String) async throws(Anomaly) -> Reading {
    try await resource("Patient/\(id)")
  }

  package func household(_ id: String) async throws(Anomaly) -> Household {
    let household = try Household(try await read("Group", id))
    guard household.isHousehold else {
      throw .notFound("The group '\(id)' is no household", chinese: "“\(id)”不是户")
    }
    return household
  }

  /// What a search finds, deleted ones never among it.
  package func search(_ type: String, _ query: String) async throws(Anomaly) -> [Version] {
    guard let id = Schema.r4.type(named: type) else { return [] }
    let context = QueryContext(table: store.parameters, now: clock())
    let page = try await store.search(try Query.parse(query, in: .type(id), context))
    return page.entries.map(\.version).filter { !$0.isDeleted }
  }

  /// The household a person belongs to now; nil without.
  package func household(of person: String) async throws(Anomaly) -> Household? {
    for version in try await search("Group", "member=Patient/\(person)&_count=20") {
      let household = try Household(version)
      if household.isHousehold, household.member(person) != nil { return household }
    }
    return nil
  }

  /// The events about a household or a person, the latest first.
  package func events(about reference: String) async throws(Anomaly) -> [LifeEvent] {
    let query = "target=\(reference)&_sort=-when&_count=\(Self.answerLimit)"
    var events: [LifeEvent] = []
    for version in try await search("Provenance", query) {
      if let event = try LifeEvent(version) { events.append(event) }
    }
    return events.sorted { ($0.day, $0.recorded) > ($1.day, $1.recorded) }
  }

  /// The Patients of a household's present members, by id; a record that was deleted is none.
  package func patients(of household: Household?) async throws(Anomaly) -> [String: Reading] {
    var found: [String: Reading] = [:]
    for member in household?.members ?? [] {
      do throws(Anomaly) {
        found[member.person] = try await person(member.person)
      } catch {
        guard error.category == .notFound else { throw error }
      }
    }
    return found
  }

  /// Carries out an event; says when somebody else was faster.
  func commit(_ writing: EventWriting) async throws(Anomaly) -> [EntryOutcome] {
    do throws(Anomaly) {
      return try await store.transaction(try writing.bundle())
    } catch {
      guard error.status == 412 || error.category == .conflict else { throw error }
      throw .conflict(
        "Somebody else changed the record meanwhile; look at it and try again",
        chinese: "登记期间他人已修改该档案，请核对后重试")
    }
  }

  /// The id of what an entry of a transaction made.
  static func id(_ outcomes: [EntryOutcome], at place: Int) -> String? {
    guard outcomes.indices.contains(place), case .write(let outcome) = outcomes[place] else {
      return nil
    }
    return outcome.version?.key.id
  }
}

// MARK: - Founding and heads

extension PopulationRegistry {
  /// Founds a household 立户 of a person who belongs to none; gives its id.
  package func found(
    head person: String, number: String, day typed: String, because reason: String,
    by registrar: Registrar
  ) async throws(Anomaly) -> String {
    let head = try await self.person(person)
    if let present = try await household(of: person) {
      throw .conflict(
        "The person belongs to the household \(present.name) already",
        chinese: "该居民已属于“\(present.name)”")
    }
    var findings = Findings()
    let span = LifeSpan(of: head.tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(typed) }
    let why = findings.check("reason") { () throws(Anomaly) in try PersonEntry.text(reason) }
    let digits = findings.check("number") { () throws(Anomaly) in try PersonEntry.text(number) }
    try findings.report()
    guard let day else { throw .fault("A day without a finding is missing") }
    let address =
      ResidenceAddress(ResidenceKind.registered.current(of: head.tree))
      ?? ResidenceAddress(ResidenceKind.actual.current(of: head.tree))
    var writing = EventWriting(
      .founding, on: day, now: clock(), because: why ?? nil, by: registrar)
    writing.concerns(head.reference)
    _ = try writing.create(
      Household.group(
        head: head.tree, reference: head.reference, number: digits ?? nil, address: address,
        since: day), isTarget: true)
    let outcomes = try await commit(writing)
    guard let id = Self.id(outcomes, at: 0) else { throw .fault("No household was made") }
    return id
  }

  /// Appoints another head 变更户主; what each member is to the head follows from it.
  package func appoint(
    _ person: String, in household: String, day typed: String, because reason: String,
    by registrar: Registrar
  ) async throws(Anomaly) {
    var household = try await self.household(household)
    let patients = try await patients(of: household)
    guard let chosen = patients[person] else {
      throw .incorrect(
        "The new head is no member of the household", chinese: "新户主不是本户成员", code: .value,
        path: "head")
    }
    var findings = Findings()
    let span = LifeSpan(of: chosen.tree, today: today)
    let day = findings.check("day") { () throws(Anomaly) in try span.day(typed) }
    let why = findings.check("reason") { () throws(Anomaly) in try PersonEntry.text(reason) }
    if household.head?.person == person {
      findings.add("head", "The person is the head already", "该居民已是户主")
    }
    try findings.report()
    guard let day else { throw .fault("A day without a finding is missing") }
    try household.appoint(
      person, sexes: patients.compactMapValues { PersonEntry.sex(of: $0.tree) })
    var writing = EventWriting(
      .heading, on: day, now: clock(), because: why ?? nil, by: registrar)
    try writing.update(
      household.group, "Group/\(household.id)", version: household.version, isTarget: true)
    writing.concerns(chosen.reference)
    _ = try await commit(writing)
  }
}
