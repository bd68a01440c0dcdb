import FHIR

/// How old a person is, in the words a doctor uses: days, then months and days, then years and
/// months, then years.
struct AgeText: Sendable {
  /// Days up to which a child is newborn. WHO: the neonatal period is the first 28 days of life.
  static let newbornDays = 28
  /// Years up to which the months are told beside the years.
  static let yearsWithMonths = 3

  let years: Int
  let months: Int
  let days: Int
  /// How exactly the date of birth is known.
  let precision: PartialDate.Precision

  /// Nil where the birth lies behind the day.
  init?(born birth: PartialDate, on day: PartialDate) {
    precision = min(birth.precision, .day)
    var months = (day.year - birth.year) * 12
    if precision >= .month { months += day.month - birth.month }
    var days = precision >= .day ? day.day - birth.day : 0
    if days < 0 {
      months -= 1
      // From the same day of the month before, its end where it is shorter.
      let year = day.month == 1 ? day.year - 1 : day.year
      let month = day.month == 1 ? 12 : day.month - 1
      let length = Calendar.daysInMonth(year, month)
      days = max(length - birth.day, 0) + day.day
    }
    guard months >= 0 else { return nil }
    years = months / 12
    self.months = months % 12
    self.days = days
  }

  func text(_ language: Language) -> String {
    if precision == .year { return Texts.text("ageYears", language, "\(years)") }
    if years >= Self.yearsWithMonths || (years > 0 && months == 0) {
      return Texts.text("ageYears", language, "\(years)")
    }
    if years > 0 { return Texts.text("ageYearsMonths", language, "\(years)", "\(months)") }
    if months == 0 { return Texts.text("ageDays", language, "\(days)") }
    if precision == .month || days == 0 { return Texts.text("ageMonths", language, "\(months)") }
    return Texts.text("ageMonthsDays", language, "\(months)", "\(days)")
  }
}
