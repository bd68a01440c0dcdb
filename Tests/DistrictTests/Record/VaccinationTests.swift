import FHIR
import Testing

@testable import District

struct VaccinationTests {
  /// Least age in months by vaccine and dose, of the programme of 2021.
  static let leastMonths: [String: [Int]] = [
    "HepB": [0, 1, 6], "BCG": [0], "IPV": [2, 3], "bOPV": [4, 48], "DTaP": [2, 4, 5, 18, 72],
    "MMR": [8, 18], "JE-L": [8, 24], "MPSV-A": [6, 9], "HepA-L": [18], "MPSV-AC": [36, 72],
    "DT": [72], "HPV2": [156, 162],
  ]

  @Test func `no dose is given before its least age, and no series out of order`() throws {
    let ending = Day(year: 2026, month: 11, day: 21)
    let district = try LivingDistrict(
      residents: 300, seed: 21, endingOn: ending, years: 1, density: 0)
    var births: [String: Day] = [:]
    var latest: [String: Day] = [:]
    var doses = 0
    try district.forEachBundle { batch in
      for resource in batch {
        let id = resource["id"]?.string ?? ""
        if resource["resourceType"]?.string == "Patient" {
          births["Patient/" + id] = resource["birthDate"]?.string.flatMap { Day($0) }
        }
        guard resource["resourceType"]?.string == "Immunization",
          let child = resource["patient"]?["reference"]?.string, let birth = births[child],
          let day = resource["occurrenceDateTime"]?.string.flatMap({ Day(String($0.prefix(10))) }),
          let vaccine = resource["lotNumber"]?.string?.split(separator: "20")[0],
          case .number(let text)? = resource["protocolApplied"]?[0]?["doseNumberPositiveInt"],
          let number = Int(text), let least = Self.leastMonths[String(vaccine)]
        else { continue }
        doses += 1
        // DTaP is due at 2 months only for those born in 2025 and later.
        let isOldRule = vaccine == "DTaP" && birth.year < 2025
        let months = isOldRule ? [3, 4, 5, 18, 72][number - 1] : least[number - 1]
        #expect(day >= birth.adding(months: months), "\(child) \(vaccine) \(number) on \(day.text)")
        let series = child + vaccine
        if let before = latest[series] {
          #expect(day - before >= 28, "\(child) \(vaccine) \(number) \(day - before) days after")
        }
        latest[series] = day
      }
    }
    #expect(doses > 300)
  }

  @Test func `girls are vaccinated against HPV from the day of the rule`() throws {
    let doses = try Table("vaccines.tsv").rows.mapping(Dose.init)
    let papilloma = try #require(doses.first { $0.vaccine == "HPV2" })
    #expect(papilloma.dueInMonths == 13 * 12)
    #expect(papilloma.series == 2)
  }
}
