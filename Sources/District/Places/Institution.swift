import FHIR

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

  private let prefix: String
  private let naming: Naming
  private let plans: [Plan]
  /// Staff of one department for each share of one.
  private let scale: Double
  private var institutions = 0
  private var staffCount = 0
  var chance: Chance
  private(set) var batches: [[JSON]] = [[]]

  init(
    residents: Int, prefix: String, naming: Naming, chance: Chance
  ) throws(Anomaly) {
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

  private mutating func add(_ resource: JSON) {
    if batches[batches.count - 1].count >= Self.batchLimit { batches.append([]) }
    batches[batches.count - 1].append(resource)
  }

  /// Founds an institution with the departments of its kind and their staff.
  mutating func found(_ name: String, kind: InstitutionKind, street: String) -> Institution {
    institutions += 1
    let id = "\(prefix)-o\(institutions)"
    let reference = JSON.reference("Organization/" + id, name)
    let types = JSON.concept(
      "http://terminology.hl7.org/CodeSystem/organization-type",
      kind == .insurer ? "pay" : kind == .cdc ? "govt" : "prov",
      kind == .insurer ? "Payer" : kind == .cdc ? "Government" : "Healthcare Provider")
    let classification = kind.code.map { JSON.words("\($0.0) \($0.1)") }
    add(
      .resource(
        "Organization", id,
        [
          "identifier": [
            ["system": System.institution, "value": .string(code(of: kind))]
          ],
          "active": true, "type": .array([types] + (classification.map { [$0] } ?? [])),
          "name": .string(name),
          "telecom": [["system": "phone", "value": .string(phone), "use": "work"]],
          "address": [
            [
              "use": "work", "type": "physical", "text": .string(Self.region + street),
              "line": [.string(street)], "city": .string(County.names.city),
              "district": .string(County.names.district), "state": .string(County.names.state),
              "country": "CN",
            ]
          ],
        ]))
    var departments: [String: Department] = [:]
    for plan in plans where plan.kinds.contains(kind.column) {
      departments[plan.key] = open(plan, of: id, named: name, kind: kind)
    }
    return Institution(
      id: id, name: name, reference: reference, departments: departments,
      ward: kind.hasBeds ? openWard(of: id, named: name) : nil)
  }

  static let region = County.names.state + County.names.city + County.names.district

  /// A telephone number of the institution; 0000 is no exchange's.
  private var phone: String { "0399-0000\(padded(institutions % 1000, 3))" }

  /// Organisation code, division, economic type, class and management class: 22 characters.
  private func code(of kind: InstitutionKind) -> String {
    "K" + padded(institutions, 8) + County.code + "11" + (kind.code?.0 ?? "P939") + "1"
  }

  /// Opens the wards of an institution as one Location, and gives the reference to it.
  private mutating func openWard(of id: String, named name: String) -> JSON {
    let ward = id + "-ward"
    add(
      .resource(
        "Location", ward,
        [
          "status": "active", "name": .string(name + "住院部"), "mode": "instance",
          "physicalType": .concept(
            "http://terminology.hl7.org/CodeSystem/location-physical-type", "wa", "Ward"),
          "managingOrganization": .reference("Organization/" + id),
        ]))
    return .reference("Location/" + ward, name + "住院部")
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
    for _ in 0..<number { staff.append(hire(for: id, specialty: code)) }
    return Department(
      reference: .reference("Organization/" + id, name + plan.name), serviceType: code,
      staff: staff)
  }

  /// Hires a practitioner: Practitioner with a licence, and the role in the department.
  mutating func hire(for organization: String, specialty: JSON?) -> Staff {
    staffCount += 1
    let id = "\(prefix)-s\(staffCount)"
    let sex: Sex = chance.happens(0.5) ? .female : .male
    let birth = Day(year: chance.within(1965...1997), month: 1, day: 1) + chance.below(365)
    let group = naming.groups.draw(&chance) ?? naming.allGroups[0]
    let line = naming.line(of: group, &chance)
    let name = naming.name(group, sex: sex, born: birth, line: line, father: nil, &chance)
    let titles = [("231", "主任医师"), ("232", "副主任医师"), ("233", "主治医师"), ("234", "医师")]
    let title =
      specialty == nil
      ? ("235", "医士") : titles[min(max((birth.year - 1965) / 9, 0), titles.count - 1)]
    let licensed = birth.adding(years: 26)
    add(
      .resource(
        "Practitioner", id,
        [
          "identifier": [["system": System.practitioner, "value": .string(id)]],
          "active": true, "name": name.humanNames, "gender": .string(sex.gender),
          "birthDate": .day(birth),
          "qualification": [
            [
              "identifier": [["value": .string("139999" + padded(staffCount, 9))]],
              "code": .words(specialty == nil ? "乡村医生执业证书" : "医师执业证书"),
              "period": .period(.day(licensed), nil),
            ]
          ],
        ]))
    add(
      .resource(
        "PractitionerRole", id,
        [
          "active": true, "practitioner": .reference("Practitioner/" + id, name.text),
          "organization": .reference("Organization/" + organization),
          "code": [.concept(System.title, title.0, title.1)], "specialty": specialty.map { [$0] },
        ]))
    return Staff(
      id: id, reference: .reference("Practitioner/" + id, name.text), name: name.text)
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
    let clinic = found("\(township.name)\(name)卫生室", kind: .village, street: township.name + name)
    let doctor = hire(for: clinic.id, specialty: nil)
    return Village(
      number: number, code: code, name: name, township: township.name, isUrban: false,
      clinic: clinic, doctor: doctor, centre: centre)
  }
}
