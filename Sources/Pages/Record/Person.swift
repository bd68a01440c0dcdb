import FHIR

/// Who a Patient is, as lists and the head of a record show it.
/// <https://hl7.org/fhir/R4/patient.html>
struct Person: Sendable {
  /// 居民身份证号 and 居民健康卡号 below China's health arc 2.16.156.10011.
  static let identityNumberSystem = "urn:oid:2.16.156.10011.1.3"
  static let healthCardSystem = "urn:oid:2.16.156.10011.1.19"
  static let healthRecordSystem = "urn:oid:2.16.156.10011.1.2"

  let id: String
  let name: String
  /// The name by its sound, such as `Zhang Wei`.
  let pinyin: String?
  let otherNames: [PersonName]
  let gender: String?
  let birth: Moment?
  let death: Moment?
  let isDead: Bool
  let identityNumber: String?
  let healthCard: String?
  let recordNumber: String?
  let phone: String?
  let address: String?
  let ethnicGroup: String?
  let occupation: String?
  let maritalStatus: String?
  let doctor: String?
  let isActive: Bool

  init(_ patient: JSONCursor) {
    id = patient.text("id") ?? ""
    let names = PersonName.names(of: patient)
    let main = names.first { $0.script == .ideographic && $0.use != "old" } ?? names.first
    name = main?.text ?? ""
    let others = names.filter { $0 != main }
    let sound = main?.script == .ideographic ? others.first { $0.script == .syllabic } : nil
    pinyin = sound?.text
    otherNames = others.filter { $0 != sound }
    gender = patient.text("gender")
    birth = Moment(patient.text("birthDate"))
    death = Moment(patient.text("deceasedDateTime"))
    isDead = death != nil || patient.first("deceasedBoolean")?.bool == true
    func identifier(_ system: String) -> String? {
      let found = patient.all("identifier").filter { $0.text("system") == system }
      return (found.first { $0.text("use") != "old" } ?? found.first)?.text("value")
    }
    identityNumber = identifier(Self.identityNumberSystem)
    healthCard = identifier(Self.healthCardSystem)
    recordNumber = identifier(Self.healthRecordSystem)
    phone = patient.all("telecom").first { ($0.text("system") ?? "phone") == "phone" }?
      .text("value")
    address = Self.address(patient)
    ethnicGroup = Self.extension(patient, endingIn: ["2.16.156.10011.2.3.3.3", "us-core-race"])
    occupation = Self.extension(patient, endingIn: ["2.16.156.10011.2.3.3.13"])
    maritalStatus = CodeText.text(patient.member("maritalStatus"))
    doctor = patient.text("generalPractitioner", "display")
    isActive = patient.first("active")?.bool ?? true
  }

  /// Home before others, current before old.
  private static func address(_ patient: JSONCursor) -> String? {
    let addresses = patient.all("address")
    let chosen =
      addresses.first { $0.text("use") == "home" } ?? addresses.first { $0.text("use") != "old" }
      ?? addresses.first
    guard let chosen else { return nil }
    if let text = chosen.text("text") { return text }
    let lines = chosen.all("line").compactMap(\.string)
    let places = ["district", "city", "state"].compactMap { chosen.text($0) }
    let whole = lines + places
    if whole.contains(where: \.hasHan) { return (places.reversed() + lines).joined() }
    return whole.isEmpty ? nil : whole.joined(separator: ", ")
  }

  /// Where someone lives, below the county: the street, village or house.
  static func place(_ patient: JSONCursor) -> String? {
    patient.text("address", "line") ?? address(patient)
  }

  private static func `extension`(_ patient: JSONCursor, endingIn ends: [String]) -> String? {
    for item in patient.all("extension") {
      guard let url = item.text("url"), ends.contains(where: url.hasSuffix) else { continue }
      if let value = item.choice("value")?.value { return CodeText.text(value) }
      for part in item.all("extension") where part.text("url") == "text" {
        return part.text("valueString")
      }
    }
    return nil
  }

  /// The age today, or at death.
  func age(at now: Moment) -> AgeText? {
    birth.flatMap { AgeText(born: $0.date, on: (death ?? now).date) }
  }

  func sex(_ language: Language) -> String? {
    gender.map { CodeText.term("gender", $0, language) }
  }
}
