package import FHIR

/// Between which days anything can happen to a person: birth, death, today.
package struct LifeSpan: Sendable {
  package let birth: CivilDay?
  package let death: CivilDay?
  package let isDead: Bool
  package let today: CivilDay

  package init(of patient: JSON, today: CivilDay) {
    birth = CivilDay(fhir: patient["birthDate"]?.string)
    death = CivilDay(fhir: patient["deceasedDateTime"]?.string)
    isDead =
      patient["deceasedDateTime"]?.string != nil || patient["deceasedBoolean"]?.bool == true
    self.today = today
  }

  init(today: CivilDay) {
    birth = nil
    death = nil
    isDead = false
    self.today = today
  }

  /// The day that was typed, when an event may lie on it.
  func day(_ typed: String) throws(Anomaly) -> CivilDay {
    guard let day = CivilDay(typed: typed) else {
      throw .incorrect(
        "'\(typed)' is no day of the calendar; write 2026-11-21",
        chinese: "“\(typed)”不是有效日期，请写作2026-11-21",
        code: .value)
    }
    if day > today {
      throw .incorrect(
        "\(day.text) is in the future; today is \(today.text)",
        chinese: "\(day.text)晚于今天（\(today.text)）", code: .value)
    }
    if let birth, day < birth {
      throw .incorrect(
        "\(day.text) is before the birth on \(birth.text)",
        chinese: "\(day.text)早于出生日期\(birth.text)", code: .value)
    }
    if let death, day > death {
      throw .incorrect(
        "\(day.text) is after the death on \(death.text)",
        chinese: "\(day.text)晚于死亡日期\(death.text)", code: .value)
    }
    if death == nil, isDead {
      throw .incorrect(
        "The person is dead; the day of death is not known",
        chinese: "该居民已故，死亡日期不详，不能登记", code: .value)
    }
    return day
  }
}
