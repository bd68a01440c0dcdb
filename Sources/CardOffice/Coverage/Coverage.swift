package import Credentials
package import FHIR
import RecordStore

/// How many residents of each area and group hold a card, with the people behind each number.
package struct Coverage: Sendable {
  /// The kinds whose holders count.
  package static let counted: Set<CardKind> = [.resident, .electronic]
  /// China's time, in which ages are told.
  static let offsetInMinutes = 480

  package let level: CardCoverage.Level
  package let grouping: CoverageGrouping
  package let people: [CountedPerson]
  package let rows: [CardCoverage.Row]
  package let made: Instant

  init(
    _ people: [CountedPerson], level: CardCoverage.Level, grouping: CoverageGrouping,
    made: Instant
  ) {
    self.people = people
    self.level = level
    self.grouping = grouping
    self.made = made
    rows = CardCoverage.rows(of: people.map(\.resident), by: level, counting: Self.counted)
  }

  /// The people behind a number.
  ///
  /// - Parameters:
  ///   - area: in the digits of the level; nil for all.
  ///   - isHolder: only those who hold a card, or who hold none; nil for both.
  package func people(
    area: String?, group: String?, isHolder: Bool?
  ) -> [CountedPerson] {
    people.filter { person in
      (area.map { $0 == person.area } ?? true)
        && (group.map { $0 == person.resident.group } ?? true)
        && (isHolder.map { $0 == person.isHolder } ?? true)
    }
  }
}

extension CardRegistry {
  /// Counts everybody who is alive and on record.
  package func coverage(
    by level: CardCoverage.Level, _ grouping: CoverageGrouping
  ) async throws(Anomaly) -> Coverage {
    let kinds = try await usableKinds()
    let now = now
    var people: [CountedPerson] = []
    try await store.eachPage(
      of: "Patient", "deceased=false", at: clock()
    ) { (page) throws(Anomaly) in
      for entry in page.entries {
        let patient = try JSON(parsing: entry.version.body)
        guard patient["active"]?.bool ?? true else { continue }
        let reference = "\(entry.version.key)"
        let identity = HolderIdentity(patient, id: entry.version.key.id)
        let resident = CardCoverage.Resident(
          areaCode: CoverageGrouping.areaCode(patient), group: grouping.group(patient, at: now),
          kinds: kinds[reference] ?? [])
        people.append(
          CountedPerson(
            id: entry.version.key.id, name: identity.name, resident: resident,
            area: CardCoverage.area(of: resident.areaCode, level)))
      }
    }
    return Coverage(people, level: level, grouping: grouping, made: now)
  }

  /// Which kinds of cards each person can use now.
  private func usableKinds() async throws(Anomaly) -> [String: Set<CardKind>] {
    var kinds: [String: Set<CardKind>] = [:]
    let all = CardKind.allCases.map { SearchText.token((CardKind.system, $0.rawValue)) }
    let criteria = "status=active&type=" + all.joined(separator: ",")
    try await store.eachPage(of: "Device", criteria, at: clock()) { (page) throws(Anomaly) in
      for entry in page.entries {
        let device = try JSON(parsing: entry.version.body)
        guard let holder = device["patient"]?["reference"]?.string,
          let kind = try CardKind.read(device["type"], at: "Device.type")
        else { continue }
        kinds[holder, default: []].insert(kind)
      }
    }
    return kinds
  }
}

/// The figures as they were last counted; nobody counts while they are still right.
package actor CoverageTally {
  private let registry: CardRegistry
  private var counted: [Wanted: (Coverage, sequence: Int64)] = [:]

  private struct Wanted: Hashable {
    let level: CardCoverage.Level
    let grouping: CoverageGrouping
  }

  package init(_ registry: CardRegistry) { self.registry = registry }

  package func coverage(
    by level: CardCoverage.Level, _ grouping: CoverageGrouping
  ) async throws(Anomaly) -> Coverage {
    let wanted = Wanted(level: level, grouping: grouping)
    let sequence = registry.store.statistics().sequence
    if let (coverage, counted) = counted[wanted], counted == sequence { return coverage }
    let coverage = try await registry.coverage(by: level, grouping)
    counted[wanted] = (coverage, sequence)
    return coverage
  }
}
