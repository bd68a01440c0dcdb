import FHIR

/// A member of staff who treats.
struct Staff: Sendable {
  let id: String
  /// The Practitioner, with the name for display.
  let reference: JSON
  let name: String
}

/// A department of an institution.
struct Department: Sendable {
  let reference: JSON
  let serviceType: JSON
  let staff: [Staff]
}

/// A hospital, centre, clinic or bureau.
struct Institution: Sendable {
  let id: String
  let name: String
  let reference: JSON
  let departments: [String: Department]
  /// Where beds are; nil without.
  let ward: JSON?

  var laboratory: JSON { departments["laboratory"]?.reference ?? reference }
  var imaging: JSON { departments["imaging"]?.reference ?? reference }
}

/// A village or urban community, with whoever cares for it.
struct Village: Sendable {
  /// Its place among all villages.
  let number: Int
  /// Twelve digits: county 6, township 3, village 3 (statistical division code).
  let code: String
  let name: String
  let township: String
  let isUrban: Bool
  /// Village clinic in the country, the community health centre in town.
  let clinic: Institution
  let doctor: Staff
  let centre: Institution
}

/// The invented county 河北省康衢市和安县, whose division code 139999 has never been assigned.
struct County: Sendable {
  static let province = "13"
  static let code = "139999"
  static let names = (state: "河北省", city: "康衢市", district: "和安县")

  let hospital: Institution
  let maternal: Institution
  let cdc: Institution
  let insurer: Institution
  let villages: [Village]
  /// The resources of institutions and staff, in batches whose references point back.
  let batches: [[JSON]]

  init(
    residents: Int, prefix: String, naming: Naming, endingOn ending: Day,
    _ chance: inout Chance
  ) throws(Anomaly) {
    var founding = try Founding(
      residents: residents, prefix: prefix, naming: naming, ending: ending, chance: chance)
    founding.open(jurisdiction: Self.code, Self.names.district, within: nil)
    let short = Self.names.district.dropLast()
    hospital = founding.found(
      "\(short)县人民医院", kind: .hospital, street: "健康街1号")
    maternal = founding.found("\(short)县妇幼保健院", kind: .maternal, street: "文化路18号")
    cdc = founding.found("\(short)县疾病预防控制中心", kind: .cdc, street: "建设大道66号")
    insurer = founding.found("\(short)县医疗保障局", kind: .insurer, street: "人民路2号")
    let places = try Places()
    let townships = min(max(residents / 4000 + 2, 2), places.townships.count)
    let perTownship = min(max(residents / (townships * 350), 2), 60)
    var villages: [Village] = []
    for (number, township) in places.townships.prefix(townships).enumerated() {
      let code = Self.code + padded(township.level * 100 + number + 1, 3)
      founding.open(jurisdiction: code, township.name, within: Self.code)
      let centre = founding.found(
        township.isUrban
          ? "\(township.name)社区卫生服务中心" : "\(township.name)\(number % 2 == 1 ? "中心" : "")卫生院",
        kind: township.isUrban ? .community : number % 2 == 1 ? .central : .township,
        street: township.name, area: code)
      for place in 0..<perTownship {
        let name = places.village(place, of: township, &founding.chance)
        let digits = code + padded((township.isUrban ? 1 : 201) + place, 3)
        villages.append(
          founding.settle(
            number: villages.count, code: digits, name: name, township: township, centre: centre))
      }
    }
    self.villages = villages
    batches = founding.batches
    chance = founding.chance
  }
}

/// The parts of place names, from `places.tsv`.
struct Places: Sendable {
  /// A township-level division, GB/T 10114.
  struct Township: Sendable {
    let name: String
    /// The hundreds of its code: 0 street, 1 town, 2 township.
    let level: Int
    var isUrban: Bool { level == 0 }
  }

  let townships: [Township]
  private let roots: [String]
  private let endings: [String]
  private let communities: [String]
  private let roads: [String]

  init() throws(Anomaly) {
    var named: [String: [String]] = [:]
    var townships: [Township] = []
    for row in try Table("places.tsv").rows {
      let (kind, name) = (try row.text("kind"), try row.text("name"))
      switch kind {
      case "street": townships.append(Township(name: name, level: 0))
      case "town": townships.append(Township(name: name, level: 1))
      case "township": townships.append(Township(name: name, level: 2))
      default: named[kind, default: []].append(name)
      }
    }
    self.townships = townships
    roots = named["root"] ?? []
    endings = named["ending"] ?? []
    communities = named["community"] ?? []
    roads = named["road"] ?? []
  }

  /// The name of the township's village or community with that place in order.
  func village(_ place: Int, of township: Township, _ chance: inout Chance) -> String {
    if township.isUrban, !communities.isEmpty {
      let round = place / communities.count
      let name = communities[place % communities.count]
      return name + (round == 0 ? "社区" : "第\(round + 1)社区")
    }
    guard !roots.isEmpty, !endings.isEmpty else { return "\(place + 1)村" }
    // Roots go round with an ending that moves on, so that no township has one name twice.
    let start = township.name.utf8.reduce(0) { $0 &+ Int($1) }
    let ending = endings[(start + place + place / roots.count) % endings.count]
    return roots[(start + place) % roots.count] + ending + "村"
  }

  /// House and street of a household.
  func house(in village: Village, _ chance: inout Chance) -> String {
    guard village.isUrban else { return "\(village.name)\(chance.within(1...380))号" }
    let road = chance.one(of: roads) ?? ""
    let (building, unit, floor) = (
      chance.within(1...28), chance.within(1...4), chance.within(1...18)
    )
    return "\(road)\(chance.within(1...199))号\(building)号楼\(unit)单元\(floor)0\(chance.within(1...4))"
  }
}
