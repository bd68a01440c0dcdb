import FHIR
import Registries

/// What an institution is, WS 218-2002.
enum InstitutionKind: Sendable {
  case hospital, maternal, cdc, central, township, community, village, insurer

  /// The third-level code and name of WS 218.
  var code: (String, String)? {
    switch self {
    case .hospital: ("A100", "综合医院")
    case .maternal: ("G100", "妇幼保健院")
    case .cdc: ("J100", "疾病预防控制中心")
    case .central: ("C210", "中心卫生院")
    case .township: ("C220", "乡卫生院")
    case .community: ("B100", "社区卫生服务中心")
    case .village: ("D600", "村卫生室")
    case .insurer: nil
    }
  }

  /// The word of `departments.tsv` for its departments.
  var column: String {
    switch self {
    case .hospital: "hospital"
    case .maternal: "maternal"
    case .cdc: "cdc"
    case .central, .township, .community: "township"
    case .village, .insurer: "none"
    }
  }

  var hasBeds: Bool { self == .hospital || self == .maternal || self == .central }
}

/// The work of founding institutions and hiring staff, which gathers their resources.
struct Founding {
  /// A department to open: a row of `departments.tsv`.
  private struct Plan {
    let key: String
    let code: String
    let name: String
    let kinds: [String]
    let share: Int
  }

  /// No batch of resources is larger.
  static let batchLimit = 500

  let prefix: String
  let naming: Naming
  private let plans: [Plan]
  /// Staff of one department for each share of one.
  let scale: Double
  /// The last day of the district, around which licences end.
  let ending: Day
  var institutions = 0
  var staffCount = 0
  var chance: Chance
  private(set) var batches: [[JSON]] = [[]]

  init(
    residents: Int, prefix: String, naming: Naming, ending: Day, chance: Chance
  ) throws(Anomaly) {
    self.ending = ending
    self.prefix = prefix
    self.naming = naming
    self.chance = chance
    scale = Double(residents) / 25_000
    plans = try Table("departments.tsv").rows.mapping { row throws(Anomaly) in
      Plan(
        key: try row.text("key"), code: try row.text("code"), name: try row.text("name"),
        kinds: try row.words("kinds"), share: try row.whole("share"))
    }
  }

  mutating func add(_ resource: JSON) {
    if batches[batches.count - 1].count >= Self.batchLimit { batches.append([]) }
    batches[batches.count - 1].append(resource)
  }

  /// Founds an institution with the departments of its kind and their staff.
  mutating func found(
    _ name: String, kind: InstitutionKind, street: String, area: String = County.code
  ) -> Institution {
    institutions += 1
    let id = "\(prefix)-o\(institutions)"
    let reference = JSON.reference("Organization/" + id, name)
    add(
      .resource(
        "Organization", id,
        [
          "identifier": .array(identifiers(of: kind)), "active": true,
          "type": .array(types(of: kind)), "name": .string(name),
          "telecom": [["system": "phone", "value": .string(phone), "use": "work"]],
          "address": [
            [
              "use": "work", "type": "physical", "text": .string(Self.region + street),
              "line": [.string(street)], "_line": [Self.tract(area)],
              "city": .string(County.names.city), "district": .string(County.names.district),
              "state": .string(County.names.state), "country": "CN",
            ]
          ],
        ]))
    openSite(of: id, named: name, area: area)
    var departments: [String: Department] = [:]
    for plan in plans where plan.kinds.contains(kind.column) {
      departments[plan.key] = open(plan, of: id, named: name, kind: kind)
    }
    equip(id, named: name, kind: kind)
    return Institution(
      id: id, name: name, reference: reference, departments: departments,
      ward: kind.hasBeds ? openWard(of: id, named: name, kind: kind) : nil)
  }

  /// The twelve digits of a division as an extension of an address line.
  private static func tract(_ area: String) -> JSON {
    let digits = area + String(repeating: "0", count: max(0, 12 - area.utf8.count))
    return [
      "extension": [
        ["url": .string(RegistrySystem.censusTract), "valueString": .string(digits)]
      ]
    ]
  }

  /// What the institution is: HL7's word for it, WS 218, grade where it has one.
  private func types(of kind: InstitutionKind) -> [JSON] {
    var types = [
      JSON.concept(
        "http://terminology.hl7.org/CodeSystem/organization-type",
        kind == .insurer ? "pay" : kind == .cdc ? "govt" : "prov",
        kind == .insurer ? "Payer" : kind == .cdc ? "Government" : "Healthcare Provider")
    ]
    if let code = kind.code { types.append(CodeList.institutionClass.concept(code.0)) }
    switch kind {
    case .hospital: types.append(CodeList.level.concept("5"))
    case .maternal: types.append(CodeList.level.concept("6"))
    case .central: types.append(CodeList.level.concept("8"))
    default: break
    }
    return types
  }

  /// The code of institutions, the unified social credit code, and the licence with its validity.
  private func identifiers(of kind: InstitutionKind) -> [JSON] {
    var identifiers: [JSON] = [
      ["system": System.institution, "value": .string(code(of: kind))]
    ]
    if let code = CreditCode.completing("12" + County.code + "K" + padded(institutions, 8)) {
      identifiers.append([
        "system": .string(RegistrySystem.creditCode), "value": .string(code),
      ])
    }
    guard kind != .insurer, kind != .cdc else { return identifiers }
    let end = ending.adding(months: institutions * 7 % 60 - 2)
    identifiers.append([
      "system": .string(RegistrySystem.practiceLicence),
      "value": .string("PDY" + County.code + padded(institutions, 6)),
      "period": .period(.day(end.adding(years: -5)), .day(end)),
    ])
    return identifiers
  }

  static let region = County.names.state + County.names.city + County.names.district

  /// A telephone number of the institution; 0000 is no exchange's.
  private var phone: String { "0399-0000\(padded(institutions % 1000, 3))" }

  /// Organisation code, division, economic type, class and management class: 22 characters.
  private func code(of kind: InstitutionKind) -> String {
    "K" + padded(institutions, 8) + County.code + "11" + (kind.code?.0 ?? "P939") + "1"
  }

  /// Opens a department, an Organization that is part of the institution, and hires its staff.
  private mutating func open(
    _ plan: Plan, of institution: String, named name: String, kind: InstitutionKind
  ) -> Department {
    let id = institution + "-" + plan.key
    let code = JSON.concept(System.department, plan.code, plan.name)
    add(
      .resource(
        "Organization", id,
        [
          "active": true,
          "type": [
            .concept(
              "http://terminology.hl7.org/CodeSystem/organization-type", "dept",
              "Hospital Department"), code,
          ],
          "name": .string(plan.name), "partOf": .reference("Organization/" + institution, name),
        ]))
    let factor = kind == .hospital ? 1.0 : kind == .maternal ? 0.5 : 0.08
    let number = max(1, Int((Double(plan.share) * scale * factor).rounded()))
    var staff: [Staff] = []
    for _ in 0..<number {
      staff.append(hire(for: id, at: institution, specialty: code, as: .physician))
    }
    if kind.hasBeds { employNurses(number / 2 + 1, for: id, at: institution, specialty: code) }
    return Department(
      reference: .reference("Organization/" + id, name + plan.name), serviceType: code,
      staff: staff)
  }

  /// Settles a village: its clinic and doctor in the country, a doctor of the centre in town.
  mutating func settle(
    number: Int, code: String, name: String, township: Places.Township, centre: Institution
  ) -> Village {
    let general = centre.departments["general"]?.staff ?? []
    guard !township.isUrban || general.isEmpty else {
      return Village(
        number: number, code: code, name: name, township: township.name, isUrban: true,
        clinic: centre, doctor: general[number % general.count], centre: centre)
    }
    let clinic = found(
      "\(township.name)\(name)卫生室", kind: .village, street: township.name + name,
      area: String(code.prefix(9)))
    let doctor = hire(for: clinic.id, at: clinic.id, specialty: nil, as: .villageDoctor)
    return Village(
      number: number, code: code, name: name, township: township.name, isUrban: false,
      clinic: clinic, doctor: doctor, centre: centre)
  }
}
