import FHIR

/// What every page of a record has at its head: who it is, and what nobody may overlook.
struct Banner: Sendable {
  /// Problems named one by one; the rest is counted.
  static let problemLimit = 8
  /// A test whose last value was not usual warns for so long.
  static let riskWindowInDays = 365
  static let riskLimit = 6
  /// A pregnancy test or observation says something about today for so long.
  static let pregnancyWindowInDays = 300

  struct Alert: Hashable, Sendable {
    let text: String
    let detail: String?
    /// The class of the tag: `risk`, `warn` or nothing.
    let style: String
    let link: String
  }

  let person: Person
  let age: String?
  /// Whether a birth is registered from here: WHO counts women of 15 to 49 years as of
  /// reproductive age.
  let bearsChildren: Bool
  let coverage: [String]
  let alerts: [Alert]
  /// What is not said here because there is too much.
  let more: Int

  init(
    _ patient: JSONCursor, _ record: Record, series: [Series], now: Moment, _ language: Language
  ) {
    let person = Person(patient)
    self.person = person
    age = person.age(at: now)?.text(language)
    let years = person.age(at: now)?.years ?? 0
    bearsChildren = person.gender == "female" && !person.isDead && (15...49).contains(years)
    coverage = record["Coverage"].compactMap { item in
      guard item.root.text("status") != "cancelled" else { return nil }
      return CodeText.text(item.root.member("type"))
        ?? record.name(of: item.root.first("payor"))
    }
    var alerts: [Alert] = []
    let allergies = Allergy.all(in: record).filter(\.isActive)
    for allergy in allergies {
      alerts.append(
        Alert(
          text: Texts.text("allergicTo", language, allergy.name),
          detail: allergy.isHigh ? Texts.text("criticalityhigh", language) : nil,
          style: allergy.isHigh ? "risk" : "warn", link: allergy.link))
    }
    alerts += Self.pregnancy(record, now, language)
    alerts += Self.flags(record)
    alerts += Self.values(series, now, language)
    let chronic = HealthProblem.chronic(HealthProblem.all(in: record))
    for problem in chronic.prefix(Self.problemLimit) {
      alerts.append(
        Alert(text: problem.name, detail: problem.onset?.day, style: "", link: problem.link))
    }
    self.alerts = alerts
    more = max(chronic.count - Self.problemLimit, 0)
  }

  /// LOINC 82810-3 "Pregnancy status" with SNOMED CT 77386006 "Pregnant", or a Condition of ICD-10
  /// Z33–Z35.
  private static func pregnancy(
    _ record: Record, _ now: Moment, _ language: Language
  ) -> [Alert] {
    let since = now.milliseconds - Int64(pregnancyWindowInDays) * Calendar.millisecondsInDay
    for item in record["Observation"] where CodeText.code(item.root.member("code")) == "82810-3" {
      let value = CodeText.code(item.root.member("valueCodeableConcept"))
      guard value == "77386006", let moment = Moment(item.root, "effective"),
        moment.milliseconds > since
      else { continue }
      return [alert(item, moment, language)]
    }
    for item in record["Condition"] {
      guard let problem = HealthProblem(item), problem.isActive, let code = problem.code,
        ["Z33", "Z34", "Z35", "77386006", "72892002"].contains(where: code.hasPrefix),
        let onset = problem.onset, onset.milliseconds > since
      else { continue }
      return [alert(item, onset, language)]
    }
    return []
  }

  private static func alert(
    _ item: Record.Item, _ moment: Moment, _ language: Language
  ) -> Alert {
    Alert(
      text: Texts.text("pregnant", language), detail: moment.day, style: "warn", link: item.link)
  }

  /// <https://hl7.org/fhir/R4/flag.html>
  private static func flags(_ record: Record) -> [Alert] {
    record["Flag"].compactMap { item in
      guard item.root.text("status") == "active", let text = CodeText.text(item.root.member("code"))
      else { return nil }
      return Alert(text: text, detail: nil, style: "risk", link: item.link)
    }
  }

  /// Tests whose last value, within a year, was not usual; the critical first.
  private static func values(
    _ series: [Series], _ now: Moment, _ language: Language
  ) -> [Alert] {
    let since = now.milliseconds - Int64(riskWindowInDays) * Calendar.millisecondsInDay
    let risks = series.filter { $0.isAbnormal && $0.last.moment.milliseconds > since }
      .sorted { left, right in
        let ranks = [left, right].map { Self.rank($0.last.finding.flag) }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        return left.last.moment > right.last.moment
      }
    return risks.prefix(riskLimit).map { series in
      let finding = series.last.finding
      let flag = finding.flag ?? .normal
      return Alert(
        text: "\(series.name) \(finding.value) \(flag.arrow)",
        detail: Texts.text("flag" + flag.rawValue, language), style: "warn", link: series.last.link)
    }
  }

  private static func rank(_ flag: Finding.Flag?) -> Int {
    flag == .criticalHigh || flag == .criticalLow ? 0 : 1
  }

  /// The values for the template; `address` is the page's own, for the link that shows the whole
  /// number.
  func values(_ language: Language, isShown: Bool, address: String) -> [String: Any] {
    var values: [String: Any] = [
      "id": person.id, "name": person.name, "isDead": person.isDead, "isShown": isShown,
      "showAddress": address + (isShown ? "" : "?show=numbers"), "more": more > 0 ? more : 0,
      "hasMore": more > 0, "hasAlerts": !alerts.isEmpty, "isInactive": !person.isActive,
      "bearsChildren": bearsChildren,
    ]
    values["pinyin"] = person.pinyin
    values["otherNames"] = person.otherNames.map { name in
      var values: [String: Any] = ["name": name.text]
      values["use"] = name.use.map { CodeText.term("name", $0, language) }
      return values
    }
    values["sex"] = person.sex(language)
    values["age"] = age
    values["birth"] = person.birth?.day
    values["death"] = person.death?.day
    func number(_ text: String?) -> String? {
      text.map { isShown ? $0 : Masking.identityNumber($0) }
    }
    values["identityNumber"] = number(person.identityNumber)
    values["hasNumber"] = person.identityNumber != nil || person.healthCard != nil
    if person.healthCard != person.identityNumber {
      values["healthCard"] = number(person.healthCard)
    }
    values["recordNumber"] = person.recordNumber
    values["phone"] = person.phone.map { isShown ? $0 : Masking.phone($0) }
    values["address"] = person.address
    values["ethnicGroup"] = person.ethnicGroup
    values["occupation"] = person.occupation
    values["maritalStatus"] = person.maritalStatus
    values["doctor"] = person.doctor
    values["coverage"] = coverage.isEmpty ? nil : coverage.joined(separator: "、")
    values["alerts"] = alerts.map { alert in
      var values: [String: Any] = ["text": alert.text, "style": alert.style, "link": alert.link]
      values["detail"] = alert.detail
      return values
    }
    return values
  }
}
