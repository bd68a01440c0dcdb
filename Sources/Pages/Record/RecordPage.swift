import FHIR
import RecordStore

/// A page of a record: which sections, for whom, in which language.
struct RecordPage: Sendable {
  /// What the overview lists of each section at most; the section's own page has the rest.
  static let overviewLimit = 10

  let section: RecordSection
  let record: Record
  let person: Person
  let patient: Record.Item
  let neighbours: [Record.Item]
  let series: [Series]
  let now: Moment
  let language: Language
  /// Whether whole numbers were asked for.
  let isShown: Bool
  /// Where the encounters shown lie among all; nil when all are there.
  var place: RecordReading.Place?
  /// The master person whose other records there are, and how many.
  var master: (id: String, others: Int)?
  /// The one test whose values are wanted: `system|code`.
  var test: String?

  init(
    _ section: RecordSection, of patient: Record.Item, _ record: Record,
    neighbours: [Record.Item] = [], now: Moment, language: Language, isShown: Bool = false
  ) {
    self.section = section
    self.record = record
    self.patient = patient
    self.neighbours = neighbours
    self.now = now
    self.language = language
    self.isShown = isShown
    person = Person(patient.root)
    series = Series.all(in: record)
  }

  private var isOverview: Bool { section == .overview }
  private var address: String { section.path(of: person.id) }

  /// The values of `record.mustache`.
  func values() -> [String: Any] {
    let banner = Banner(patient.root, record, series: series, now: now, language)
    var values: [String: Any] = [
      "person": banner.values(language, isShown: isShown, address: address),
      "sectionTitle": Texts.text(section.textKey, language), "isOverview": isOverview,
      "tabs": tabs, "isPrint": section == .all,
    ]
    if let master {
      values["master"] = ["id": master.id, "others": "\(master.others)"]
    }
    for part in section.shown {
      switch part {
      case .overview: values["timeline"] = timeline
      case .problems: values["problems"] = problems
      case .medicines: values["medicines"] = medicines
      case .allergies: values["allergies"] = allergies
      case .results:
        if let test = testValues { values["test"] = test } else { values["results"] = results }
      case .vitals: values["vitals"] = vitals
      case .documents: values["papers"] = papers
      case .immunizations: values["vaccinations"] = vaccinations
      case .family: values["family"] = family
      case .all: break
      }
    }
    return values
  }

  private var tabs: [[String: Any]] {
    RecordSection.allCases.filter { $0 != .all }.map { section in
      [
        "link": section.path(of: person.id), "name": Texts.text(section.textKey, language),
        "isHere": section == self.section,
      ]
    }
  }

  private var timeline: [String: Any] {
    let timeline = Timeline(record)
    let total = place?.total ?? timeline.entries.count
    var values: [String: Any] = [
      "total": "\(total)", "isEmpty": timeline.entries.isEmpty, "years": timeline.years(language),
      "hasPages": place?.next != nil || place?.previous != nil,
    ]
    values["next"] = place?.next.map { "\(address)?page=\($0.urlEncoded)#timeline" }
    values["previous"] = place?.previous.map { "\(address)?page=\($0.urlEncoded)#timeline" }
    return values
  }

  /// The items for this page: all of them, or the first few on the overview with a link to the
  /// rest.
  private func limited<Item>(
    _ items: [Item], _ part: RecordSection, into values: inout [String: Any]
  ) -> [Item] {
    values["isEmpty"] = items.isEmpty
    guard isOverview, items.count > Self.overviewLimit else { return items }
    values["all"] = part.path(of: person.id)
    values["total"] = items.count
    return Array(items.prefix(Self.overviewLimit))
  }

  private var problems: [String: Any] {
    var values: [String: Any] = [:]
    let shown = limited(HealthProblem.all(in: record), .problems, into: &values)
    let active = shown.filter(\.isActive)
    let past = shown.filter { !$0.isActive }
    values["active"] = active.map { $0.values(language) }
    values["hasActive"] = !active.isEmpty
    values["past"] = past.map { $0.values(language) }
    values["hasPast"] = !past.isEmpty
    return values
  }

  private var medicines: [String: Any] {
    var values: [String: Any] = [:]
    let all = Medicine.all(in: record)
    let current = all.filter(\.isCurrent).latest
    let past = all.filter { !$0.isCurrent }
    let names = Set(current.map(\.name))
    let earlier = isOverview ? past.latest.filter { !names.contains($0.name) } : past
    let shown = limited(current + earlier, .medicines, into: &values)
    let currentShown = shown.filter(\.isCurrent)
    let pastShown = shown.filter { !$0.isCurrent }
    values["current"] = currentShown.map { $0.values(language) }
    values["hasCurrent"] = !currentShown.isEmpty
    values["past"] = pastShown.map { $0.values(language) }
    values["hasPast"] = !pastShown.isEmpty
    return values
  }

  private var allergies: [String: Any] {
    var values: [String: Any] = [:]
    let shown = limited(Allergy.all(in: record), .allergies, into: &values)
    values["items"] = shown.map { $0.values(language) }
    return values
  }

  private func measures(
    _ series: [Series], _ part: RecordSection, isGrouped: Bool
  ) -> [String: Any] {
    let title = Texts.text(part.textKey, language)
    var values: [String: Any] = ["title": title, "anchor": part.rawValue, "isShort": isOverview]
    let newestFirst = series.sorted { $0.last.moment > $1.last.moment }
    let abnormalFirst =
      isOverview
      ? newestFirst.filter(\.isAbnormal) + newestFirst.filter { !$0.isAbnormal } : newestFirst
    let shown = limited(abnormalFirst, part, into: &values)
    var panels: [(name: String?, series: [Series])] = []
    for series in shown {
      let name = isGrouped && !isOverview ? series.panel ?? Texts.text("otherTests", language) : nil
      if let place = panels.firstIndex(where: { $0.name == name }) {
        panels[place].series.append(series)
      } else {
        panels.append((name, [series]))
      }
    }
    values["panels"] = panels.map { panel in
      var values: [String: Any] = [
        "label": panel.name ?? title,
        "series": panel.series.map { $0.values(of: person.id, language) },
      ]
      values["name"] = panel.name
      return values
    }
    return values
  }

  private var results: [String: Any] {
    measures(series.filter { $0.category != "vital-signs" }, .results, isGrouped: true)
  }

  private var vitals: [String: Any] {
    measures(series.filter { $0.category == "vital-signs" }, .vitals, isGrouped: false)
  }

  /// One test alone: its chart and every value.
  private var testValues: [String: Any]? {
    guard section == .results || section == .vitals,
      let series = series.first(where: { $0.key == test })
    else { return nil }
    var values: [String: Any] = [
      "name": series.name,
      "points": series.points.map { point in
        var values = point.finding.values(language)
        values["day"] = point.moment.text
        values["link"] = point.link
        return values
      },
    ]
    values["chart"] = Trend(series)?.chart(language)
    return values
  }

  private var papers: [String: Any] {
    var values: [String: Any] = [:]
    let shown = limited(Paper.all(in: record), .documents, into: &values)
    values["items"] = shown.map { $0.values(language) }
    return values
  }

  private var vaccinations: [String: Any] {
    let vaccinations = Vaccinations(record)
    var values = vaccinations.values(language)
    values["isEmpty"] = vaccinations.rows.isEmpty
    return values
  }

  private var family: [String: Any] {
    let family = Family(
      record, of: person, patient: patient.root, neighbours: neighbours, now: now, language)
    var values = family.values
    values["isEmpty"] = family.isEmpty
    return values
  }
}
