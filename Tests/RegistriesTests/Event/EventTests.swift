import FHIR
import People
import Testing

@testable import Registries

@Suite("Events of a life") struct EventTests {
  private func death(_ day: String, newHead: String = "") -> DeathNotice {
    var notice = DeathNotice()
    notice.day = day
    notice.reason = "肺炎"
    notice.newHead = newHead
    return notice
  }

  @Test func `when a head dies another heads the household, and the spouse is widowed`()
    async throws
  {
    let village = try await Village()
    let id = try await village.founded()
    let refusal = try await village.refused {
      try await village.registry.register(
        death("2026-11-01"), of: "head", by: Village.registrar)
    }
    #expect(refusal["newHead"]?.contains("请选择新户主") == true)
    try await village.registry.register(
      death("2026-11-01", newHead: "wife"), of: "head", by: Village.registrar)
    let household = try await village.registry.household(id)
    #expect(household.head?.person == "wife" && household.name == "王丽户")
    #expect(household.member("elder")?.kin == "54", "the husband's mother")
    #expect(household.former.map(\.person) == ["head"])
    #expect(household.former.first?.until?.text == "2026-11-01")
    #expect(try await village.tree("Patient/head")["deceasedDateTime"] == "2026-11-01")
    let marital = try await village.tree("Patient/wife")["maritalStatus"]
    #expect(CodeList.marital.code(in: marital) == "30")
  }

  @Test func `nobody dies before birth, in the future or twice`() async throws {
    let village = try await Village()
    _ = try await village.founded()
    for (day, words) in [
      ("1962-02-01", "早于出生日期1962-02-02"), ("2026-11-22", "晚于今天"), ("2026-11-31", "不是有效日期"),
    ] {
      let refusal = try await village.refused {
        try await village.registry.register(death(day), of: "elder", by: Village.registrar)
      }
      #expect(refusal["day"]?.contains(words) == true, "\(refusal)")
    }
    try await village.registry.register(
      death("2026-11-20"), of: "elder", by: Village.registrar)
    let refusal = try await village.refused {
      try await village.registry.register(
        death("2026-11-21"), of: "elder", by: Village.registrar)
    }
    #expect(refusal[""]?.contains("死亡已登记") == true)
  }

  @Test func `nothing happens to anybody after death`() async throws {
    let village = try await Village()
    _ = try await village.founded()
    try await village.registry.register(
      death("2026-11-10"), of: "elder", by: Village.registrar)
    let late = try await village.refused {
      try await village.registry.rename(
        "elder", to: "赵英", day: "2026-11-11", because: "", by: Village.registrar)
    }
    #expect(late["day"]?.contains("晚于死亡日期2026-11-10") == true)
    // What was true in life may still be put right.
    try await village.registry.rename(
      "elder", to: "赵英", day: "2020-01-01", because: "", by: Village.registrar)
  }

  @Test func `a change of name keeps the old one with its last day, and is seen everywhere`()
    async throws
  {
    let village = try await Village()
    let id = try await village.founded()
    let child = try await village.register(village.birth(), into: id)
    try await village.registry.rename(
      "wife", to: "欧阳丽", day: "2026-11-15", because: "随母姓", by: Village.registrar)
    let wife = try await village.tree("Patient/wife")
    #expect(PersonEntry.name(of: wife) == "欧阳丽")
    #expect(wife["name"]?[0]?["family"] == "欧阳" && wife["name"]?[1]?["family"] == "Ouyang")
    let old = wife["name"]?.items.last
    #expect(old?["text"] == "王丽" && old?["use"] == "old" && old?["period"]?["end"] == "2026-11-15")
    #expect(try await village.registry.household(id).member("wife")?.name == "欧阳丽")
    let relatives = try await village.registry.search("RelatedPerson", "patient=\(child)")
    let names = try relatives.map { PersonEntry.name(of: try JSON(parsing: $0.body)) }
    #expect(names.contains("欧阳丽"))
    let event = try #require(try await village.registry.events(about: "Patient/wife").first)
    #expect(event.kind == .naming && event.reason == "随母姓")
    #expect(event.before.contains { $0.hasPrefix("Patient/wife/_history/") })
    for text in ["王丽", "欧阳丽"] {
      #expect(
        try await village.registry.search("Patient", "name=\(text.queryEncoded)").count == 1)
    }
  }

  @Test func `a correction of sex needs its ground and a number that agrees`() async throws {
    let village = try await Village()
    let id = try await village.founded()
    let refusal = try await village.refused {
      try await village.registry.correctSex(
        of: "head", to: "2", number: "139999199005010013", day: "2026-11-01", because: "",
        by: Village.registrar)
    }
    #expect(refusal["reason"]?.contains("依据") == true)
    #expect(refusal["number"] != nil)
    let body = "13999919900501002"
    let number = try #require(
      "0123456789X".map { body + String($0) }.first { text in
        do {
          _ = try IdentityNumber(text)
          return true
        } catch { return false }
      })
    try await village.registry.correctSex(
      of: "head", to: "2", number: number, day: "2026-11-01", because: "登记错误，医院证明",
      by: Village.registrar)
    let head = try await village.tree("Patient/head")
    #expect(head["gender"] == "female")
    #expect(PersonEntry.identityNumber(of: head) == number)
    #expect(head["identifier"]?[1]?["use"] == "old")
    #expect(try await village.registry.household(id).head?.person == "head")
  }

  @Test func `who moves away leaves the household and keeps the old address in the past`()
    async throws
  {
    let village = try await Village()
    let id = try await village.founded()
    var notice = DepartureNotice()
    notice.day = "2026-10-01"
    notice.address = "北京市东城区东四三条1号"
    notice.area = "110101"
    try await village.registry.register(notice, of: "elder", by: Village.registrar)
    let elder = try await village.tree("Patient/elder")
    #expect(
      ResidenceAddress(ResidenceKind.actual.current(of: elder))
        == ResidenceAddress(text: "北京市东城区东四三条1号", area: "110101000000"))
    let old = elder["address"]?[0]
    #expect(old?["use"] == "old" && old?["period"]?["end"] == "2026-10-01")
    #expect(try await village.registry.household(id).member("elder") == nil)
  }

  @Test func `who only lives elsewhere stays in the household where registered`() async throws {
    let village = try await Village()
    let id = try await village.founded()
    var notice = DepartureNotice()
    notice.day = "2026-10-01"
    notice.move = .actual
    notice.address = "石家庄市长安区1号"
    try await village.registry.register(notice, of: "elder", by: Village.registrar)
    #expect(try await village.registry.household(id).member("elder") != nil)
    let events = try await village.registry.events(about: "Group/\(id)")
    #expect(events.first?.kind == .departure)
  }

  @Test func `who moves in is found by the identity number and leaves the household before`()
    async throws
  {
    let village = try await Village()
    let old = try await village.founded()
    try await village.put(
      Village.patient("guest", "孙二", "male", "1980-01-01", nil))
    let new = try await village.registry.found(
      head: "guest", number: "", day: "2020-01-01", because: "", by: Village.registrar)
    var notice = ArrivalNotice()
    notice.number = "139999199005010013"
    notice.kin = "99"
    notice.day = "2026-11-02"
    let refusal = try await village.refused {
      _ = try await village.registry.register(notice, into: new, by: Village.registrar)
    }
    #expect(refusal["newHead"] != nil, "a head leaves others behind")
    notice.newHead = "wife"
    let person = try await village.registry.register(notice, into: new, by: Village.registrar)
    #expect(person == "head")
    #expect(try await village.registry.household(old).head?.person == "wife")
    #expect(try await village.registry.household(new).member("head")?.kin == "99")
    #expect(try await village.registry.household(of: "head")?.id == new)
  }

  @Test(arguments: [
    ("139999199005010014", "校验码"), ("13999919900501", "18位"), ("139999199013010010", "出生日期"),
    ("009999199005010013", "省级"), ("1399991990O5010013", "非数字"),
  ])
  func `an identity number that cannot be one is refused with the reason`(
    number: String, words: String
  ) async throws {
    let village = try await Village()
    let id = try await village.founded()
    var notice = ArrivalNotice()
    notice.number = number
    notice.kin = "97"
    notice.day = "2026-11-02"
    let refusal = try await village.refused {
      _ = try await village.registry.register(notice, into: id, by: Village.registrar)
    }
    #expect(refusal["number"]?.contains(words) == true, "\(refusal)")
  }

  @Test func `a newcomer's sex and birth are told by the identity number`() async throws {
    let village = try await Village()
    let id = try await village.founded()
    var notice = ArrivalNotice()
    notice.number = "１１０１０５１９４９１２３１００２ｘ"
    notice.name = "阿依古丽・买买提"
    notice.ethnic = "05"
    notice.kin = "97"
    notice.day = "20261102"
    let person = try await village.registry.register(notice, into: id, by: Village.registrar)
    let tree = try await village.tree("Patient/\(person)")
    #expect(tree["gender"] == "female" && tree["birthDate"] == "1949-12-31")
    #expect(PersonEntry.identityNumber(of: tree) == "11010519491231002X")
    #expect(PersonEntry.name(of: tree) == "阿依古丽\u{B7}买买提")
  }
}
