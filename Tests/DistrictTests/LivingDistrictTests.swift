import FHIR
import Testing
import Validation

@testable import District

/// Everything a district gave, in order.
private struct Emitted {
  let batches: [[JSON]]

  init(residents: Int, seed: UInt64) throws {
    let ending = Day(year: 2026, month: 11, day: 21)
    let district = try LivingDistrict(residents: residents, seed: seed, endingOn: ending)
    var batches: [[JSON]] = []
    try district.forEachBundle { batch in batches.append(batch) }
    self.batches = batches
  }

  static let shared: Result<Emitted, any Error> = Result {
    try Emitted(residents: 220, seed: 7)
  }

  var all: [JSON] { batches.flatMap(\.self) }

  func of(_ type: String) -> [JSON] {
    all.filter { $0["resourceType"]?.string == type }
  }

  var patients: [JSON] { of("Patient") }
}

extension JSON {
  /// `Type/id` of a resource.
  fileprivate var address: String {
    (self["resourceType"]?.string ?? "") + "/" + (self["id"]?.string ?? "")
  }

  /// Every literal reference below the value.
  fileprivate var references: [String] {
    switch self {
    case .object(let object):
      object.members.flatMap { member in
        member.name == "reference"
          ? member.value.string.map { [$0] } ?? member.value.references : member.value.references
      }
    case .array(let items): items.flatMap(\.references)
    default: []
    }
  }

  /// Every text below the value.
  fileprivate var texts: [String] {
    switch self {
    case .object(let object): object.members.flatMap(\.value.texts)
    case .array(let items): items.flatMap(\.texts)
    case .string(let text): [text]
    default: []
    }
  }

  fileprivate func identifiers(_ system: String) -> [String] {
    (self["identifier"]?.items ?? []).filter { $0["system"]?.string == system }
      .compactMap { $0["value"]?.string }
  }

  fileprivate var subject: String? {
    (self["subject"] ?? self["patient"] ?? self["beneficiary"])?["reference"]?.string
  }

  /// The first day of which the resource tells something done.
  fileprivate var doneOn: String? {
    for name in ["effectiveDateTime", "occurrenceDateTime", "authoredOn", "performedDateTime"] {
      if let text = self[name]?.string { return String(text.prefix(10)) }
    }
    let period = self["period"] ?? self["performedPeriod"]
    return period?["start"]?.string.map { String($0.prefix(10)) }
  }
}

struct LivingDistrictTests {
  @Test func `the same seed gives the same bytes, another seed others`() throws {
    func digest(_ seed: UInt64) throws -> Int {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for resource in try Emitted(residents: 20, seed: seed).all {
        for byte in resource.encoded() { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      }
      return Int(truncatingIfNeeded: hash)
    }
    let first = try digest(11)
    #expect(try digest(11) == first)
    #expect(try digest(12) != first)
  }

  @Test(arguments: [1, 2, 17, 80]) func `there are as many patients as asked for`(
    residents: Int
  ) throws {
    #expect(try Emitted(residents: residents, seed: 3).patients.count == residents)
  }

  @Test func `a district without residents is refused`() {
    let ending = Day(year: 2026, month: 11, day: 21)
    #expect(throws: Anomaly.self) {
      _ = try LivingDistrict(residents: 0, seed: 1, endingOn: ending)
    }
  }

  @Test func `ids are unique and of the form FHIR allows`() throws {
    let all = try Emitted.shared.get().all
    #expect(Set(all.map(\.address)).count == all.count)
    for resource in all {
      let id = resource["id"]?.string ?? ""
      let isAllowed = id.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || byte == 45 || byte == 46
      }
      #expect(isAllowed && (1...64).contains(id.utf8.count), "\(resource.address)")
    }
  }

  @Test func `references point back or within the batch`() throws {
    var known: Set<String> = []
    for batch in try Emitted.shared.get().batches {
      known.formUnion(batch.map(\.address))
      for resource in batch {
        for reference in resource.references where !known.contains(reference) {
          Issue.record("\(resource.address) refers to \(reference), which comes later or never")
        }
      }
    }
  }

  @Test func `batches stay small, so that a million residents need little memory`() throws {
    let batches = try Emitted.shared.get().batches
    #expect((batches.map(\.count).max() ?? 0) < 8000)
    #expect(batches.count > 60)
  }

  @Test func `every identity number is valid, and none can be a real person's`() throws {
    var numbers: Set<String> = []
    var old = 0
    for patient in try Emitted.shared.get().patients {
      for number in patient.identifiers("urn:oid:2.16.156.10011.1.3") {
        let characters = Array(number)
        #expect(String(characters[2..<6]) == IdentityNumber.fictitiousDivision)
        guard characters.count == 18 else {
          #expect(characters.count == 15, "\(number)")
          old += 1
          continue
        }
        #expect(IdentityNumber.check(String(number.prefix(17))) == String(number.suffix(1)))
        let birth = patient["birthDate"]?.string?.filter { $0 != "-" }
        #expect(String(characters[6..<14]) == birth)
        let isMale = (Int(String(characters[16])) ?? 0) % 2 == 1
        #expect(patient["gender"]?.string == (isMale ? "male" : "female"))
        #expect(numbers.insert(number).inserted, "\(number) twice")
      }
    }
    #expect(numbers.count > 200)
    #expect(old > 0)
    #expect(numbers.count < 220, "newborns have no number yet")
  }

  @Test func `every telephone is of the invented range`() throws {
    for patient in try Emitted.shared.get().patients {
      for telecom in patient["telecom"]?.items ?? [] {
        #expect(telecom["value"]?.string?.hasPrefix("19900") == true)
      }
    }
  }

  @Test func `nobody is treated before birth, after death or after the last day`() throws {
    let emitted = try Emitted.shared.get()
    var lives: [String: (birth: String, death: String)] = [:]
    for patient in emitted.patients {
      let death = patient["deceasedDateTime"]?.string.map { String($0.prefix(10)) }
      lives[patient.address] = (patient["birthDate"]?.string ?? "", death ?? "2026-11-21")
    }
    #expect(emitted.patients.contains { $0["deceasedDateTime"] != nil })
    for resource in emitted.all {
      guard let subject = resource.subject, let life = lives[subject], let day = resource.doneOn,
        resource["resourceType"]?.string != "Coverage"
      else { continue }
      #expect(day >= life.birth, "\(resource.address) before birth")
      #expect(day <= life.death, "\(resource.address) after death or the end")
    }
  }

  @Test func `there are twins, rare characters, names joined by ·, surnames of two characters`()
    throws
  {
    let emitted = try Emitted.shared.get()
    let names = emitted.patients.compactMap { $0["name"]?[0]?["text"]?.string }
    #expect(emitted.patients.contains { $0["multipleBirthInteger"] == .number(2) })
    #expect(names.contains { $0.contains("\u{B7}") })
    #expect(names.contains { $0.unicodeScalars.contains { $0.value > 0x1_FFFF } })
    #expect(emitted.patients.contains { !$0.identifiers("urn:oid:2.16.156.10011.1.2").isEmpty })
    let relations = emitted.of("RelatedPerson").flatMap(\.texts)
    #expect(relations.contains("PRNFOST"))
  }

  @Test func `everybody can be found by pinyin`() throws {
    for patient in try Emitted.shared.get().patients {
      let sound = patient["name"]?[1]
      #expect(sound?["extension"]?[0]?["valueCode"] == "SYL")
      let text = sound?["text"]?.string ?? ""
      let isLatin = text.utf8.allSatisfy { $0 < 0x80 }
      #expect(isLatin && !text.isEmpty, "\(text)")
    }
  }

  @Test func `every resource is valid R4, bindings and invariants included`() throws {
    let validator = Validator(depth: .invariants)
    var count = 0
    for resource in try Emitted(residents: 36, seed: 31).all {
      let issues = validator.validate(try JSONDocument.parse(resource.encoded()))
      count += 1
      for issue in issues where issue.isError {
        Issue.record("\(resource.address) \(issue.expression): \(issue.message)")
      }
    }
    #expect(count > 2500)
  }

  @Test func `a value beyond its limits carries H or L`() throws {
    var flagged = 0
    for observation in try Emitted.shared.get().of("Observation") {
      guard let range = observation["referenceRange"]?[0],
        case .number(let text)? = observation["valueQuantity"]?["value"],
        let value = Double(text)
      else { continue }
      func limit(_ name: String) -> Double? {
        guard case .number(let text)? = range[name]?["value"] else { return nil }
        return Double(text)
      }
      let code = observation["interpretation"]?[0]?["coding"]?[0]?["code"]?.string
      if let high = limit("high"), value > high { #expect(code == "H", "\(observation.address)") }
      if let low = limit("low"), value < low { #expect(code == "L", "\(observation.address)") }
      if code != "N" { flagged += 1 }
    }
    #expect(flagged > 100)
  }

  @Test func `whoever died has a cause`() throws {
    let emitted = try Emitted.shared.get()
    let causes = emitted.of("Condition").filter { $0["note"]?[0]?["text"] == "根本死因" }
    let dead = emitted.patients.filter { $0["deceasedDateTime"] != nil }
    #expect(Set(causes.compactMap(\.subject)) == Set(dead.map(\.address)))
  }

  @Test func `every kind of resource of a health record is there`() throws {
    let types = Set(try Emitted.shared.get().all.compactMap { $0["resourceType"]?.string })
    for type in [
      "AllergyIntolerance", "CarePlan", "Condition", "Coverage", "DiagnosticReport",
      "DocumentReference", "Encounter", "FamilyMemberHistory", "Flag", "ImagingStudy",
      "Immunization", "Location", "MedicationRequest", "Observation", "Organization", "Patient",
      "Practitioner", "PractitionerRole", "Procedure", "RelatedPerson",
    ] {
      #expect(types.contains(type))
    }
  }

  @Test func `no member is null or empty`() throws {
    func check(_ value: JSON, _ path: String) {
      switch value {
      case .null: Issue.record("\(path) is null")
      case .string(let text): #expect(!text.isEmpty, "\(path) is empty")
      case .array(let items):
        #expect(!items.isEmpty, "\(path) is empty")
        for item in items { check(item, path) }
      case .object(let object):
        #expect(!object.members.isEmpty, "\(path) is empty")
        for member in object.members { check(member.value, path + "." + member.name) }
      case .bool, .number: break
      }
    }
    for resource in try Emitted(residents: 40, seed: 9).all { check(resource, resource.address) }
  }
}
