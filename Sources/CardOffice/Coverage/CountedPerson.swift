package import Credentials
import FHIR

/// A resident as the figures of coverage see one 发卡覆盖率.
package struct CountedPerson: Hashable, Sendable {
  package let id: String
  package let name: String
  package let resident: CardCoverage.Resident
  /// The area, in the digits of its level.
  package let area: String
  package var isHolder: Bool { !resident.kinds.isDisjoint(with: Coverage.counted) }
}

/// By what residents are grouped in the figures.
package enum CoverageGrouping: String, CaseIterable, Sendable {
  case age, sex

  static let tract = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract"
  private static let recordNumberSystem = "urn:oid:2.16.156.10011.1.2"

  /// The group of a patient on a day.
  func group(_ patient: JSON, at now: Instant) -> String {
    switch self {
    case .sex: return patient["gender"]?.string ?? "unknown"
    case .age:
      guard let text = patient["birthDate"]?.string,
        let born = PartialDate(text, as: .date)
      else { return CardCoverage.ageBand(years: -1) }
      let today = PartialDate(
        milliseconds: now.milliseconds, offsetInMinutes: Coverage.offsetInMinutes)
      let hadBirthday = (today.month, today.day) >= (born.month, born.day)
      return CardCoverage.ageBand(years: today.year - born.year - (hadBirthday ? 0 : 1))
    }
  }

  /// The 12-digit code of where a patient lives; that of the health record where none is written.
  static func areaCode(_ patient: JSON) -> String {
    for address in patient["address"]?.items ?? [] where address["use"]?.string != "old" {
      for line in address["_line"]?.items ?? [] {
        for item in line["extension"]?.items ?? [] where item["url"]?.string == tract {
          if let code = item["valueString"]?.string { return code }
        }
      }
    }
    // 城乡居民健康档案编号, DE01.00.009.00: the area code, then five digits.
    let record = (patient["identifier"]?.items ?? []).first {
      $0["system"]?.string == recordNumberSystem
    }
    return String((record?["value"]?.string ?? "").prefix(12))
  }
}
