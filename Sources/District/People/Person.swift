import FHIR

/// A resident, as the household's making determined.
struct Person: Sendable {
  let id: String
  let reference: JSON
  /// Seeds everything of the person alone.
  let seed: UInt64
  var name: Name
  let sex: Sex
  let birth: Day
  let group: EthnicGroup
  let kin: Kin
  var marital: Marital
  /// Where the number was issued, GB/T 2260 province.
  let province: String
  var identity: IdentityNumber?
  /// 健康档案编号, seventeen digits.
  var recordNumber = ""
  var death: Day?
  let occupation: Occupation
  let phone: String?
  /// Places of relatives in the household.
  var father: Int?
  var mother: Int?
  var spouse: Int?
  /// The order of birth of a twin.
  let twin: Int?
  var isFoster: Bool { kin == .foster }
  var illnesses: [(illness: LongIllness, since: Day)] = []
}

/// What a member is to the head of the household, GB/T 4761-2008.
enum Kin: Sendable {
  case head, wife, husband, son, daughter, father, mother, daughterInLaw, sonInLaw, grandchild,
    foster

  /// The code and name of GB/T 4761.
  var code: (String, String) {
    switch self {
    case .head: ("02", "户主")
    case .wife: ("12", "妻")
    case .husband: ("11", "夫")
    case .son: ("20", "子")
    case .daughter: ("30", "女")
    case .father: ("51", "父亲")
    case .mother: ("52", "母亲")
    case .daughterInLaw: ("38", "儿媳")
    case .sonInLaw: ("28", "女婿")
    case .grandchild: ("40", "孙子、孙女或外孙子、外孙女")
    case .foster: ("27", "养子或继子")
    }
  }
}

/// Marital status, GB/T 2261.2, and the code of HL7 for it.
enum Marital: Sendable {
  case single, married, widowed, divorced

  static func concept(_ status: Marital) -> JSON {
    switch status {
    case .single: singleConcept
    case .married: marriedConcept
    case .widowed: widowedConcept
    case .divorced: divorcedConcept
    }
  }

  private static func make(_ code: String, _ english: String, _ gb: String, _ words: String) -> JSON
  {
    let hl7 = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
    return [
      "coding": [.coding(hl7, code, english), .coding(System.marital, gb, words)],
      "text": .string(words),
    ]
  }
  private static let singleConcept = make("S", "Never Married", "10", "未婚")
  private static let marriedConcept = make("M", "Married", "20", "已婚")
  private static let widowedConcept = make("W", "Widowed", "30", "丧偶")
  private static let divorcedConcept = make("D", "Divorced", "40", "离婚")
}

/// What a person lives on, GB/T 2261.4.
enum Occupation: Sendable {
  case none, student, farmer, worker, clerk, professional, trader, free, retired, idle

  var code: (String, String)? {
    switch self {
    case .none: nil
    case .student: ("31", "学生")
    case .farmer: ("27", "农民")
    case .worker: ("24", "工人")
    case .clerk: ("17", "职员")
    case .professional: ("13", "专业技术人员")
    case .trader: ("54", "个体经营者")
    case .free: ("51", "自由职业者")
    case .retired: ("80", "退（离）休人员")
    case .idle: ("70", "无业人员")
    }
  }

  /// Whether the employer insures: 职工基本医疗保险 rather than 城乡居民.
  var isEmployed: Bool {
    switch self {
    case .worker, .clerk, .professional: true
    default: false
    }
  }

  /// What a person of the age does in town or village.
  static func draw(years: Int, inTown: Bool, _ chance: inout Chance) -> Occupation {
    switch years {
    case ..<6: return .none
    case ..<19: return .student
    case 60...: return inTown && chance.happens(0.7) ? .retired : .farmer
    default: break
    }
    let town: [Occupation] = [
      .worker, .worker, .clerk, .clerk, .professional, .trader, .free, .idle,
    ]
    let village: [Occupation] = [.farmer, .farmer, .farmer, .farmer, .worker, .trader, .free]
    return chance.one(of: inTown ? town : village) ?? .farmer
  }
}
