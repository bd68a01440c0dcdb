import FHIR

/// The vaccinations of a person as a table of vaccines and doses.
///
/// <https://hl7.org/fhir/R4/immunization.html>
struct Vaccinations: Sendable {
  struct Dose: Sendable {
    /// As the programme counts; nil where no number was written.
    let number: Int?
    let moment: Moment?
    let lot: String?
    let isDone: Bool
    let link: String
  }

  struct Row: Sendable {
    let vaccine: String
    let doses: [Dose]
  }

  /// Doses beyond share the last column.
  static let columnLimit = 12

  let rows: [Row]

  init(_ record: Record) {
    var order: [String] = []
    var doses: [String: [Dose]] = [:]
    for item in record["Immunization"] {
      let root = item.root
      guard root.text("status") != "entered-in-error",
        let vaccine = CodeText.text(root.member("vaccineCode"))
      else { continue }
      if doses[vaccine] == nil { order.append(vaccine) }
      let number = root.first("protocolApplied")?.choice("doseNumber")?.value.scalarText
      doses[vaccine, default: []].append(
        Dose(
          number: number.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil },
          moment: Moment(root, "occurrence", "recorded"), lot: root.text("lotNumber"),
          isDone: root.text("status") != "not-done", link: item.link))
    }
    let rows = order.map { vaccine in
      Row(
        vaccine: vaccine,
        doses: (doses[vaccine] ?? []).sorted {
          ($0.moment?.milliseconds ?? .max) < ($1.moment?.milliseconds ?? .max)
        })
    }
    self.rows = rows.sorted { left, right in
      (left.doses.first?.moment?.milliseconds ?? .max)
        < (right.doses.first?.moment?.milliseconds ?? .max)
    }
  }

  /// The doses of a row by column: by their number where all have a different one, else by time.
  static func columns(of doses: [Dose], _ count: Int) -> [[Dose]] {
    var columns: [[Dose]] = Array(repeating: [], count: count)
    let numbers = Set(doses.compactMap(\.number))
    let isNumbered = numbers.count == doses.count
    for (place, dose) in doses.enumerated() {
      let column = isNumbered ? (dose.number ?? 1) - 1 : place
      columns[min(column, count - 1)].append(dose)
    }
    return columns
  }

  func values(_ language: Language) -> [String: Any] {
    let most =
      rows.flatMap { row in
        [row.doses.count] + row.doses.compactMap(\.number)
      }.max() ?? 1
    let count = min(max(most, 1), Self.columnLimit)
    return [
      "columns": (1...count).map { Texts.text("doseNumber", language, "\($0)") },
      "rows": rows.map { row in
        [
          "vaccine": row.vaccine,
          "cells": Self.columns(of: row.doses, count).map { cell in
            ["doses": cell.map { Self.values($0, language) }] as [String: Any]
          },
        ] as [String: Any]
      },
    ]
  }

  private static func values(_ dose: Dose, _ language: Language) -> [String: Any] {
    var values: [String: Any] = [
      "link": dose.link, "day": dose.moment?.day ?? Texts.text("dayUnknown", language),
      "isDone": dose.isDone,
    ]
    values["lot"] = dose.lot
    return values
  }
}
