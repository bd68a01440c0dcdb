import FHIR
import Registries

/// A newborn, registered into the household of a parent.
///
/// Father, address and people are taken from the household, so that little is typed.
struct BirthQuestion: EventQuestion {
  let household: String
  /// The mother, where the question was asked from her record.
  var bearer: String?

  func asked(_ registry: PopulationRegistry, _ frame: Frame) async throws(Anomaly) -> Asked {
    let household = try await registry.household(household)
    let language = frame.language
    let patients = try await registry.patients(of: household)
    func members(_ sex: String) -> [Household.Member] {
      household.members.filter {
        patients[$0.person].map { PersonEntry.sex(of: $0.tree) } == sex
      }
    }
    let mothers = Self.youngestFirst(members("2"), patients)
    let mother = mothers.first { $0.person == bearer } ?? mothers.first
    let fathers = members("1")
    let father = mother.flatMap { mother in
      fathers.first { Kinship.areMarried($0.kin, mother.kin) }
    }
    let none = FormField.Option(value: "", text: Texts.text("notInHousehold", language))
    let text = { (key: String) in Texts.text(key, language) }
    return Asked(
      title: text("registerBirth"), about: household.name,
      back: "/population/household/\(household.id)",
      form: Form(
        action: "/population/household/\(household.id)/birth", submit: text("register"),
        [
          FormField("name", text("childName"), hint: text("childNameHint")),
          FormField(
            "sex", text("sex"), .choice(CodeList.sex.options(language)), isRequired: true),
          FormField("day", text("birthDate"), .day, isRequired: true),
          FormField(
            "mother", text("mother"), .choice(FormField.members(mothers, language)),
            value: mother?.person ?? "", isRequired: true),
          FormField(
            "father", text("father"), .choice([none] + FormField.members(fathers, language)),
            value: father?.person ?? ""),
          FormField(
            "ethnic", text("ethnicGroup"),
            .choice(
              [FormField.Option(value: "", text: text("asParents"))]
                + CodeList.ethnic.options(language))),
          FormField(
            "certificate", text("birthCertificate"), hint: text("birthCertificateHint")),
          FormField("version", "", .hidden, value: String(household.version)),
        ], cancel: "/population/household/\(household.id)"))
  }

  /// The wife of the head before the head's mother: the youngest grown-up is asked for first.
  private static func youngestFirst(
    _ women: [Household.Member], _ patients: [String: PopulationRegistry.Reading]
  ) -> [Household.Member] {
    func birth(_ member: Household.Member) -> String {
      patients[member.person]?.tree["birthDate"]?.string ?? ""
    }
    // Wives, daughters-in-law and heads bear children oftener than anybody's mother or daughter.
    let first = women.filter { ["12", "10", "38", Kinship.head].contains($0.kin) }
    return first.sorted { birth($0) > birth($1) }
      + women.filter { woman in !first.contains { $0.person == woman.person } }
      .sorted { birth($0) < birth($1) }
  }

  func take(
    _ form: Form, _ registry: PopulationRegistry, by registrar: Registrar
  ) async throws(Anomaly) -> Answered {
    var notice = BirthNotice()
    notice.name = form["name"]
    notice.sex = form["sex"]
    notice.day = form["day"]
    notice.mother = form["mother"]
    notice.father = form["father"]
    notice.ethnic = form["ethnic"]
    notice.certificate = form["certificate"]
    notice.isAnother = !form["isAnother"].isEmpty
    notice.householdVersion = Int(form["version"])
    switch try await registry.register(notice, into: household, by: registrar) {
    case .registered: return .done("/population/household/\(household)")
    case .suspected(let versions):
      var readings: [PopulationRegistry.Reading] = []
      for version in versions { readings.append(try await registry.person(version.key.id)) }
      return .suspected(readings)
    }
  }
}
