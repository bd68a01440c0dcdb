import FHIR

/// The customs of naming, GB/T 3304 group by group, from the tables of names.
struct Naming: Sendable {
  private let surnames: Lot<Name.Part>
  private let characters: [Characters]
  private let clans: [String: [Name.Part]]
  private let givens: [String: [Name.Part]]
  let groups: Lot<EthnicGroup>
  let allGroups: [EthnicGroup]

  /// A rare character is chosen for one child in so many.
  static let rareShare = 0.012

  init() throws(Anomaly) {
    surnames = Lot(
      try Table("surnames.tsv").rows.mapping { row throws(Anomaly) in
        let part = Name.Part(text: try row.text("surname"), sound: try row.text("pinyin"))
        return (part, try row.number("weight"))
      })
    characters = try Table("given-names.tsv").rows.mapping(Characters.init)
    var clans: [String: [Name.Part]] = [:]
    var givens: [String: [Name.Part]] = [:]
    for row in try Table("minority-names.tsv").rows {
      let part = Name.Part(text: try row.text("name"), sound: try row.text("pinyin"))
      let group = try row.text("group")
      if try row.text("kind") == "clan" {
        clans[group, default: []].append(part)
      } else {
        givens[group + (try row.text("sex")), default: []].append(part)
      }
    }
    self.clans = clans
    self.givens = givens
    allGroups = try Table("ethnic-groups.tsv").rows.mapping(EthnicGroup.init)
    groups = Lot(allGroups.map { ($0, $0.weight) })
  }

  /// The surname or clan that a household's line hands down.
  func line(of group: EthnicGroup, _ chance: inout Chance) -> Name.Part? {
    switch group.custom {
    case .han: surnames.draw(&chance)
    case .clan: chance.one(of: clans[group.code] ?? [])
    case .father, .given: nil
    }
  }

  /// The name of a person of the group; `line` is the surname or clan, `father` the father's
  /// given name.
  func name(
    _ group: EthnicGroup, sex: Sex, born birth: Day, line: Name.Part?, father: Name.Part?,
    isRare: Bool = false, _ chance: inout Chance
  ) -> Name {
    let sexes = sex == .male ? "M" : "F"
    let own = chance.one(of: givens[group.code + sexes] ?? [])
    switch group.custom {
    case .father:
      let father = father ?? chance.one(of: givens[group.code + "M"] ?? [])
      if let own, let father { return Name(given: own, father: father) }
    case .clan:
      if let own, let line { return Name(clan: line, given: own) }
    case .given:
      let other = chance.one(of: givens[group.code + sexes] ?? [])
      if let own, let other, own != other {
        return Name(given: [own, other], joinedBy: chance.happens(0.3) ? "\u{B7}" : "")
      }
      if let own { return Name(given: [own], joinedBy: "") }
    case .han: break
    }
    let surname = line ?? surnames.draw(&chance) ?? Name.Part(text: "王", sound: "wang")
    return Name(surname: surname, given: given(sex: sex, year: birth.year, isRare: isRare, &chance))
  }

  /// A Han given name of the years.
  private func given(
    sex: Sex, year: Int, isRare: Bool, _ chance: inout Chance
  ) -> Name.Part {
    func draw(_ place: Characters.Place) -> Name.Part? {
      let parts = characters.first {
        $0.sex == sex && $0.place == place && $0.years.contains(year)
      }
      return chance.one(of: parts?.parts ?? [])
    }
    if isRare || chance.happens(Self.rareShare), let rare = draw(.rare) {
      guard chance.happens(0.5), let first = draw(.first) else { return rare }
      return Name.Part(text: first.text + rare.text, sound: first.sound + rare.sound)
    }
    if chance.happens(0.22), let single = draw(.single) { return single }
    guard let first = draw(.first), var second = draw(.second) else {
      return Name.Part(text: "平", sound: "ping")
    }
    if first == second, let other = draw(.second) { second = other }
    return Name.Part(text: first.text + second.text, sound: first.sound + second.sound)
  }
}

/// An ethnic group by GB/T 3304 and its custom of naming.
struct EthnicGroup: Hashable, Sendable {
  /// How names are made.
  enum Custom: String, Sendable { case han, father, clan, given }

  let code: String
  let name: String
  let weight: Double
  let custom: Custom
  /// The province from whose offices the group's incomers have their numbers.
  let province: String

  init(_ row: Table.Row) throws(Anomaly) {
    code = try row.text("code")
    name = try row.text("name")
    weight = try row.number("weight")
    let custom = try row.text("custom")
    guard let known = Custom(rawValue: custom) else {
      throw .fault("district/ethnic-groups.tsv knows no custom “\(custom)”.")
    }
    self.custom = known
    province = try row.text("province")
  }
}

/// Characters that stand at one place of a given name in some years.
private struct Characters: Sendable {
  /// Where in a given name the characters stand.
  enum Place: String, Sendable { case first, second, single, rare }

  let years: ClosedRange<Int>
  let sex: Sex
  let place: Place
  let parts: [Name.Part]

  init(_ row: Table.Row) throws(Anomaly) {
    let (from, to) = (try row.whole("from"), try row.whole("to"))
    let characters = Array(try row.text("characters"))
    let sounds = try row.words("pinyin")
    guard from <= to, characters.count == sounds.count,
      let place = Place(rawValue: try row.text("place"))
    else {
      throw .fault("district/given-names.tsv: years, place or readings of \(characters) are wrong.")
    }
    years = from...to
    sex = try row.text("sex") == "M" ? .male : .female
    self.place = place
    parts = zip(characters, sounds).map { Name.Part(text: String($0), sound: $1) }
  }
}
