import CardOffice
import Credentials
import FHIR

/// Which figures of coverage are wanted.
struct CoverageWish: Sendable {
  var level: CardCoverage.Level
  var grouping: CoverageGrouping
  /// In the digits of the level; nil for all.
  var area: String?
  var group: String?
  var isHolder: Bool?

  init(_ request: PageRequest) {
    level =
      request["level"].flatMap { name in
        CardCoverage.Level.allCases.first { "\($0)" == name }
      } ?? .township
    grouping = request["by"].flatMap(CoverageGrouping.init(rawValue:)) ?? .age
    area = request["area"]
    group = request["group"]
    isHolder = request["holds"].map { $0 == "yes" }
  }

  /// The query of a page with these wishes.
  var query: String {
    var items = ["level=\(level)", "by=\(grouping.rawValue)"]
    if let area { items.append("area=\(area.urlEncoded)") }
    if let group { items.append("group=\(group.urlEncoded)") }
    if let isHolder { items.append("holds=\(isHolder ? "yes" : "no")") }
    return items.joined(separator: "&")
  }

  func with(_ change: (inout CoverageWish) -> Void) -> CoverageWish {
    var other = self
    change(&other)
    return other
  }
}

extension Site {
  /// So many areas are shown on one page, so many people on one list.
  static let areasPerPage = 200
  static let coveredPerPage = 100

  /// `/cards/coverage` 发卡覆盖率: by area and by group, each number a link to its people.
  func coverage(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    let wish = CoverageWish(request)
    let coverage = try await cards.tally.coverage(by: wish.level, wish.grouping)
    let language = frame.language
    let areas = coverage.rows.filter { $0.area != nil && $0.group == nil }
    let groups = coverage.rows.filter { $0.area == wish.area && $0.group != nil }
      .sorted { Self.leastAge($0.group) < Self.leastAge($1.group) }
    let whole = coverage.rows.filter { $0.area == wish.area && $0.group == nil }
    func values(_ row: CardCoverage.Row) -> [String: Any] {
      let here = wish.with {
        $0.area = row.area
        $0.group = row.group
        $0.isHolder = nil
      }
      var values: [String: Any] = [
        "residents": Self.grouped(row.residents), "holders": Self.grouped(row.holders),
        "without": Self.grouped(row.residents - row.holders),
        "share": Self.percent(row.holdersPerThousand),
        "bar": Self.bar(row.holdersPerThousand),
        "all": "/cards/coverage/people?" + here.query,
        "yes": "/cards/coverage/people?" + here.with { $0.isHolder = true }.query,
        "no": "/cards/coverage/people?" + here.with { $0.isHolder = false }.query,
      ]
      if row.group == nil {
        values["name"] = Self.areaName(row.area, language)
        values["open"] = "/cards/coverage?" + here.with { $0.group = nil }.query
      } else {
        values["name"] = Self.groupName(row.group ?? "", language)
      }
      return values
    }
    var page: [String: Any] = [
      "areas": areas.prefix(Self.areasPerPage).map(values),
      "hiddenAreas": max(0, areas.count - Self.areasPerPage),
      "hasHiddenAreas": areas.count > Self.areasPerPage, "groups": groups.map(values),
      "whole": whole.map(values), "isEmpty": coverage.rows.isEmpty,
      "made": Moment(milliseconds: coverage.made.milliseconds).text,
      "levels": CardCoverage.Level.allCases.map { level in
        link(
          wish.with { ($0.level, $0.area) = (level, nil) }, "level-\(level)", level == wish.level)
      },
      "groupings": CoverageGrouping.allCases.map { grouping in
        link(wish.with { $0.grouping = grouping }, "by-\(grouping)", grouping == wish.grouping)
      },
    ]
    if let area = wish.area {
      page["area"] = Self.areaName(area, language)
      page["back"] = "/cards/coverage?" + wish.with { $0.area = nil }.query
    }
    func link(_ wish: CoverageWish, _ name: String, _ isHere: Bool) -> [String: Any] {
      [
        "path": "/cards/coverage?" + wish.query, "name": Texts.text(name, language),
        "isHere": isHere,
      ]
    }
    return .html(Template.coverage.render(page, frame))
  }

  /// `/cards/coverage/people`: who stands behind a number.
  func covered(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    let wish = CoverageWish(request)
    let coverage = try await cards.tally.coverage(by: wish.level, wish.grouping)
    let people = coverage.people(area: wish.area, group: wish.group, isHolder: wish.isHolder)
    let first = max(0, min(Int(request["from"] ?? "") ?? 0, people.count))
    let shown = people.dropFirst(first).prefix(Self.coveredPerPage)
    var values: [String: Any] = [
      "total": Self.grouped(people.count), "back": "/cards/coverage?" + wish.query,
      "people": shown.map { person -> [String: Any] in
        [
          "id": person.id, "name": person.name, "area": Self.areaName(person.area, frame.language),
          "group": Self.groupName(person.resident.group, frame.language),
          "cards": person.resident.kinds.map { $0.name(frame.language) }.sorted()
            .joined(separator: "、"),
        ]
      },
      "isEmpty": people.isEmpty,
    ]
    values["area"] = wish.area.map { Self.areaName($0, frame.language) }
    values["group"] = wish.group.map { Self.groupName($0, frame.language) }
    values["holds"] = wish.isHolder.map {
      Texts.text($0 ? "coverageHolders" : "coverageWithout", frame.language)
    }
    let next = first + Self.coveredPerPage
    if next < people.count {
      values["next"] = "/cards/coverage/people?\(wish.query)&from=\(next)"
    }
    return .html(Template.covered.render(values, frame))
  }

  /// The age at which a band begins, by which bands are ordered; the unknown come last.
  private static func leastAge(_ group: String?) -> Int {
    Int((group ?? "").prefix { $0.isNumber }) ?? .max
  }

  private static func areaName(_ area: String?, _ language: Language) -> String {
    guard let area else { return Texts.text("coverageAll", language) }
    return area == CardCoverage.unknownArea ? Texts.text("coverageUnknown", language) : area
  }

  private static func groupName(_ group: String, _ language: Language) -> String {
    switch group {
    case "unknown": Texts.text("coverageUnknown", language)
    case "male", "female", "other": CodeText.term("gender", group, language)
    default: Texts.text("ageBand", language, group)
    }
  }

  /// Thousandths as a percentage, such as `72.5 %`.
  private static func percent(_ thousandths: Int) -> String {
    "\(thousandths / 10).\(thousandths % 10) %"
  }

  /// A bar of a tenth of a percent for each unit.
  private static func bar(_ thousandths: Int) -> String {
    "<svg class=\"share\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\""
      + " aria-hidden=\"true\">"
      + "<rect class=\"ground\" width=\"1000\" height=\"40\"/>"
      + "<rect class=\"done\" width=\"\(max(0, min(1000, thousandths)))\" height=\"40\"/></svg>"
  }
}
