import FHIR

/// All results of one test, the newest first.
struct Series: Sendable {
  struct Point: Sendable {
    let moment: Moment
    let finding: Finding
    let link: String
  }

  /// `system|code`.
  let key: String
  let name: String
  /// `Observation.category`'s first code.
  let category: String
  /// The report that the newest result is part of, such as 血常规.
  let panel: String?
  private(set) var points: [Point]

  var last: Point { points[0] }
  var isAbnormal: Bool { last.finding.flag?.isAbnormal == true }

  /// The results of a record by test; observations without a time or a value are left out.
  static func all(in record: Record) -> [Series] {
    var panels: [String: String] = [:]
    for report in record["DiagnosticReport"] {
      guard let name = CodeText.text(report.root.member("code")) else { continue }
      for result in report.root.all("result") {
        if let target = result.text("reference") { panels[target] = name }
      }
    }
    var series: [Series] = []
    var places: [String: Int] = [:]
    for item in record["Observation"] {
      let root = item.root
      guard root.text("status") != "entered-in-error", let key = CodeText.key(root.member("code")),
        let moment = Moment(root, "effective", "issued")
      else { continue }
      let finding = Finding(root)
      guard !finding.value.isEmpty else { continue }
      let point = Point(moment: moment, finding: finding, link: item.link)
      if let place = places[key] {
        series[place].points.append(point)
      } else {
        places[key] = series.count
        series.append(
          Series(
            key: key, name: CodeText.text(root.member("code")) ?? key,
            category: CodeText.code(root.first("category")) ?? "", panel: panels[item.reference],
            points: [point]))
      }
    }
    for index in series.indices {
      series[index].points.sort { $0.moment > $1.moment }
    }
    return series
  }

  /// How many earlier values stand beside the last.
  static let earlierShown = 3

  func values(of person: String, _ language: Language) -> [String: Any] {
    var values = last.finding.values(language)
    values["name"] = name
    values["day"] = last.moment.day
    values["link"] = last.link
    values["address"] = "/Patient/\(person)/results?code=\(key.urlEncoded)"
    values["earlier"] = points.dropFirst().prefix(Self.earlierShown).map { point in
      var values = point.finding.values(language)
      values["day"] = point.moment.day
      values["link"] = point.link
      return values
    }
    values["count"] = points.count
    if let trend = Trend(self) { values["trend"] = trend.sparkline(language) }
    return values
  }
}
