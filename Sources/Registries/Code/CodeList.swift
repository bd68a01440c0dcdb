package import FHIR

/// A short national code list, in its order; the table is `Data/registries/codes.tsv`.
package struct CodeList: Sendable {
  /// One code with its names.
  package struct Item: Hashable, Sendable {
    package let code: String
    package let chinese: String
    package let english: String
  }

  /// The code system as a FHIR system.
  package let system: String
  package let items: [Item]
  private let places: [String: Int]

  private init(_ name: String, system: String) {
    var items: [Item] = []
    EmbeddedTable("registries/codes.tsv").forEachRow(columns: 4) { row in
      guard row[0].text == name else { return }
      items.append(Item(code: row[1].text, chinese: row[2].text, english: row[3].text))
    }
    self.system = system
    self.items = items
    places = Dictionary(
      items.enumerated().map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package subscript(code: String) -> Item? { places[code].map { items[$0] } }

  /// A CodeableConcept of the code; the Chinese name is its text.
  package func concept(_ code: String) -> JSON {
    let name = self[code]?.chinese
    var coding: JSON = ["system": .string(system), "code": .string(code)]
    coding["display"] = name.map(JSON.string)
    var concept: JSON = ["coding": [coding]]
    concept["text"] = name.map(JSON.string)
    return concept
  }

  /// The code of this list among the codings of a concept.
  package func code(in concept: JSON?) -> String? {
    concept?["coding"]?.items.first { $0["system"]?.string == system }?["code"]?.string
  }

  /// GB/T 2261.1 人的性别代码.
  package static let sex = CodeList("sex", system: "urn:oid:2.16.156.10011.2.3.3.4")
  /// GB/T 2261.2 婚姻状况代码.
  package static let marital = CodeList("marital", system: "urn:oid:2.16.156.10011.2.3.3.5")
  /// GB/T 3304 民族.
  package static let ethnic = CodeList("ethnic", system: "urn:oid:2.16.156.10011.2.3.3.3")
  /// GB/T 4761 家庭关系代码, of two digits.
  package static let kinship = CodeList("kinship", system: "urn:oid:2.16.156.10011.2.3.3.8")
  /// GB/T 8561 专业技术职务代码.
  package static let title = CodeList("title", system: "urn:oid:2.16.156.10011.2.3.3.10")
  /// WS 218-2002 卫生机构（组织）分类.
  package static let institutionClass = CodeList("class", system: "\(RegistrySystem.project).50")
  /// 医院等级.
  package static let level = CodeList("level", system: "\(RegistrySystem.project).51")
  /// 机构运行状态.
  package static let standing = CodeList("standing", system: "\(RegistrySystem.project).52")
}

/// The identifier and code systems of the registries.
package enum RegistrySystem {
  /// The project's own arc, a UUID as an object identifier, ITU-T X.667.
  package static let project = "urn:oid:2.25.126419693532132389766607723019133156641"
  /// 居民身份证号.
  package static let identityNumber = "urn:oid:2.16.156.10011.1.3"
  /// 居民健康卡号.
  package static let healthCard = "urn:oid:2.16.156.10011.1.19"
  /// 户号 of a household.
  package static let household = "\(project).40"
  /// 出生医学证明编号.
  package static let birthCertificate = "\(project).41"
  /// 统一社会信用代码, GB 32100-2015.
  package static let creditCode = "\(project).42"
  /// 医疗卫生机构代码, 22 characters.
  package static let institution = "urn:oid:2.16.156.10011.1.5"
  /// 医疗机构执业许可证登记号.
  package static let practiceLicence = "\(project).43"
  /// 执业范围 of a licence: an extension of `Practitioner.qualification`.
  package static let practiceScope = "\(project).54"
  /// 医务人员编号.
  package static let practitioner = "urn:oid:2.16.156.10011.1.4"
  /// Divisions of the country, GB/T 2260 and the statistical code of twelve digits.
  package static let division = "\(project).44"
  /// Events of the population registry.
  package static let lifeEvent = "\(project).45"
  /// What a household is characterised by.
  package static let householdCharacteristic = "\(project).46"
  /// Groups of the population registry.
  package static let populationGroup = "\(project).47"
  /// Notices that wait for correction.
  static let setAside = "\(project).49"
  /// CV02.01.205 地址类别.
  static let addressKind = "\(project).48"
  /// Where the twelve digits of an address stand: an extension of `Address.line`.
  package static let censusTract =
    "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract"
  static let roleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
}
