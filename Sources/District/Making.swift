import FHIR

/// The identifier and code systems of the district's resources.
enum System {
  /// 居民身份证号, `.1.3` below China's health arc 2.16.156.10011.
  static let identityNumber: JSON = "urn:oid:2.16.156.10011.1.3"
  /// 居民健康卡号.
  static let healthCard: JSON = "urn:oid:2.16.156.10011.1.19"
  /// 城乡居民健康档案编号, seventeen digits.
  static let healthRecord: JSON = "urn:oid:2.16.156.10011.1.2"
  /// 医务人员编号.
  static let practitioner: JSON = "urn:oid:2.16.156.10011.1.4"
  /// 医疗卫生机构.
  static let institution: JSON = "urn:oid:2.16.156.10011.1.5"
  /// 住院号.
  static let admission: JSON = "urn:oid:2.16.156.10011.1.12"
  /// 检验报告单号.
  static let laboratoryReport: JSON = "urn:oid:2.16.156.10011.1.33"
  /// 文档流水号.
  static let document: JSON = "urn:oid:2.16.156.10011.1.1"
  static let icd10 = "http://hl7.org/fhir/sid/icd-10"
  static let loinc = "http://loinc.org"
  static let ucum: JSON = "http://unitsofmeasure.org"
  static let atc = "http://www.whocc.no/atc"
  /// ICD-9-CM-3 手术(操作).
  static let icd9 = "urn:oid:2.16.156.10011.2.3.3.12"
  static let cvx = "http://hl7.org/fhir/sid/cvx"
  /// GB/T 3304 民族.
  static let ethnicGroup = "urn:oid:2.16.156.10011.2.3.3.3"
  /// GB/T 2261.2 婚姻状况.
  static let marital = "urn:oid:2.16.156.10011.2.3.3.5"
  /// GB/T 4761 家庭关系.
  static let kinship = "urn:oid:2.16.156.10011.2.3.3.8"
  /// GB/T 2261.4 从业状况.
  static let occupation = "urn:oid:2.16.156.10011.2.3.3.13"
  /// GB/T 8561 专业技术职务.
  static let title = "urn:oid:2.16.156.10011.2.3.3.10"
  /// CV09.00.404 患者类型.
  static let visitKind = "urn:oid:2.16.156.10011.2.3.1.271"
  /// CV06.00.226 离院方式.
  static let discharge = "urn:oid:2.16.156.10011.2.3.1.265"
  /// CV06.00.102 用药途径.
  static let route = "urn:oid:2.16.156.10011.2.3.1.158"
  /// CV06.00.228 用药频次.
  static let frequency = "urn:oid:2.16.156.10011.2.3.1.267"
  /// 医疗卫生机构业务科室.
  static let department = "urn:oid:2.16.156.10011.2.3.2.62"
  /// 卫生信息共享文档规范编码体系.
  static let documentType = "urn:oid:2.16.156.10011.2.4"
  /// CV02.01.204 医疗保险类别.
  static let insurance = "urn:oid:2.16.156.10011.2.3.1.248"
}

extension JSON {
  /// A resource of the type and id; members that are nil are left out.
  static func resource(
    _ type: JSON, _ id: String, _ members: KeyValuePairs<String, JSON?>
  ) -> JSON {
    var object = JSONObject()
    object.members.reserveCapacity(members.count + 2)
    object.members.append(JSONObject.Member(name: "resourceType", value: type))
    object.members.append(JSONObject.Member(name: "id", value: .string(id)))
    for (name, value) in members {
      object.add(name, value)
    }
    return .object(object)
  }

  /// An element of a resource; members that are nil are left out.
  static func element(_ members: KeyValuePairs<String, JSON?>) -> JSON {
    var object = JSONObject()
    object.members.reserveCapacity(members.count)
    for (name, value) in members {
      object.add(name, value)
    }
    return .object(object)
  }

  static func coding(_ system: String, _ code: String, _ display: String? = nil) -> JSON {
    .element([
      "system": .string(system), "code": .string(code), "display": display.map(JSON.string),
    ])
  }

  /// A CodeableConcept of one coding whose words are also its text.
  static func concept(
    _ system: String, _ code: String, _ display: String? = nil, text: String? = nil
  ) -> JSON {
    // The words of HL7's codes are English; they are no text for those who read the record.
    let words = text ?? (system.hasPrefix("http://terminology.hl7.org/") ? nil : display)
    return .element([
      "coding": [.coding(system, code, display)], "text": words.map(JSON.string),
    ])
  }

  /// A CodeableConcept of words alone.
  static func words(_ text: String) -> JSON { ["text": .string(text)] }

  static func reference(_ target: String, _ display: String? = nil) -> JSON {
    .element(["reference": .string(target), "display": display.map(JSON.string)])
  }

  static func day(_ day: Day) -> JSON { .string(day.text) }
  static func moment(_ moment: Moment) -> JSON { .string(moment.text) }

  static func period(_ start: JSON, _ end: JSON?) -> JSON {
    .element(["start": start, "end": end])
  }

  /// A quantity whose unit is written in UCUM, and shown otherwise where UCUM is hard to read.
  static func quantity(_ value: JSON, _ unit: String, shown: String? = nil) -> JSON {
    [
      "value": value, "unit": .string(shown ?? unit), "system": System.ucum, "code": .string(unit),
    ]
  }

  /// A number with so many decimals, rounded half up; the same on every machine.
  static func decimal(_ value: Double, _ decimals: Int) -> JSON {
    .number(fixed(value, decimals))
  }
}

extension JSONObject {
  /// Appends a member unless it has no value; FHIR has no null members.
  fileprivate mutating func add(_ name: String, _ value: JSON?) {
    guard let value else { return }
    if case .null = value { return }
    members.append(Member(name: name, value: value))
  }
}

/// A number with so many decimals, rounded half up, such as `5.60`.
func fixed(_ value: Double, _ decimals: Int) -> String {
  var scale = 1
  for _ in 0..<decimals { scale *= 10 }
  let limit = 1e15
  let scaled = Int(
    (min(max(value, -limit), limit) * Double(scale)).rounded(.toNearestOrAwayFromZero))
  let sign = scaled < 0 ? "-" : ""
  let whole = String(scaled.magnitude / UInt(scale))
  guard decimals > 0 else { return sign + whole }
  return sign + whole + "." + padded(Int(scaled.magnitude % UInt(scale)), decimals)
}

/// A number with as few decimals as it needs, at most three, such as `0.15`.
func shortest(_ value: Double) -> String {
  var text = fixed(value, 3)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}
