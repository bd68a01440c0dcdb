package import FHIR
package import RecordStore

/// A practitioner or nurse of the resource registry, with licences and places of work.
///
/// WS/T 790.8 医疗卫生人员注册服务. <https://hl7.org/fhir/R4/practitioner.html>
package struct Clinician: Sendable {
  package struct Qualification: Hashable, Sendable {
    package let licence: Licence
    /// 执业范围.
    package let scope: String?
  }

  /// One place of work. <https://hl7.org/fhir/R4/practitionerrole.html>
  package struct Role: Hashable, Sendable {
    /// Such as `Organization/7`.
    package let organization: String?
    package let title: String?
    package let specialty: String?
    package let until: CivilDay?
    package let isActive: Bool
  }

  package let id: String
  package let name: String
  package let sex: String?
  package let number: String?
  package let isActive: Bool
  package let qualifications: [Qualification]
  package var roles: [Role] = []

  package init(_ version: Version) throws(Anomaly) {
    id = version.key.id
    let tree = try JSON(parsing: version.body)
    name = PersonEntry.name(of: tree)
    sex = PersonEntry.sex(of: tree)
    isActive = tree["active"]?.bool ?? true
    number =
      tree["identifier"]?.items.first {
        $0["system"]?.string == RegistrySystem.practitioner
      }?["value"]?.string
    qualifications = (tree["qualification"]?.items ?? []).map { item in
      let scope = item["extension"]?.items.first {
        $0["url"]?.string == RegistrySystem.practiceScope
      }
      return Qualification(
        licence: Licence(
          kind: Self.words(item["code"]) ?? "", number: item["identifier"]?[0]?["value"]?.string,
          period: item["period"]),
        scope: Self.words(scope?["valueCodeableConcept"]))
    }
  }

  /// The text of a concept, else the display or code of its first coding.
  static func words(_ concept: JSON?) -> String? {
    concept?["text"]?.string ?? concept?["coding"]?[0]?["display"]?.string
      ?? concept?["coding"]?[0]?["code"]?.string
  }

  mutating func add(role version: Version) throws(Anomaly) {
    let tree = try JSON(parsing: version.body)
    let titles = tree["code"]?.items ?? []
    let title = titles.lazy.compactMap { CodeList.title.code(in: $0) }.first { _ in true }
    roles.append(
      Role(
        organization: tree["organization"]?["reference"]?.string,
        title: title.flatMap { CodeList.title[$0]?.chinese } ?? Self.words(titles.first),
        specialty: Self.words(tree["specialty"]?[0]),
        until: CivilDay(fhir: tree["period"]?["end"]?.string),
        isActive: tree["active"]?.bool ?? true))
  }
}
