import CardOffice
import Credentials
import FHIR
import RecordStore
import Testing

/// 卫办综发〔2012〕26号: the life of a card, on the store.
@Suite("The life of a card on record") struct CardLifeTests {
  @Test func `a resident card is applied for, produced, issued and activated`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    var card = try await office.apply(.resident, for: person)
    #expect(card.card.state == .applied)
    #expect(card.card.details.number.value == "110101199003070038")
    #expect(try await office.identifiers(person, of: .resident).isEmpty)
    for (event, state) in [
      (CardEvent.produce, CardState.produced), (.issue, .issued), (.activate, .active),
    ] {
      card = try await office.carryOut(event, on: card)
      #expect(card.card.state == state)
    }
    #expect(card.card.details.keyVersion == 1)
    #expect(card.card.steps.map(\.event) == [.apply, .produce, .issue, .activate])
    let identifier = try #require(try await office.identifiers(person, of: .resident).first)
    #expect(identifier["use"]?.string == "official")
    let task = try await office.read("Task/\(card.id)-task")
    #expect(task["status"]?.string == "completed")
    #expect(task["focus"]?["reference"]?.string == "Device/\(card.id)")
  }

  @Test func `an electronic card is active at once and says nothing of the identity number`()
    async throws
  {
    let office = try Office()
    let person = try await office.resident("zhang")
    let card = try await office.apply(.electronic, for: person)
    #expect(card.card.state == .active)
    #expect(card.card.details.number.value.count == 64)
    #expect(!card.card.details.number.value.contains("110101"))
    #expect(try await office.identifiers(person, of: .electronic).count == 1)
  }

  @Test func `loss, its withdrawal, replacement and revocation are each told with a reason`()
    async throws
  {
    let office = try Office()
    let person = try await office.resident("zhang")
    let first = try await office.apply(.electronic, for: person)
    try await office.carryOut(.reportLoss, because: .lost, on: first)
    try await office.carryOut(.recover, because: .found, on: first)
    let second = try await office.carryOut(.replace, because: .upgraded, on: first)
    #expect(second.id != first.id)
    #expect(second.card.details.replaces == first.card.details.number)
    #expect(second.card.state == .active)
    let gone = try await office.carryOut(.revoke, because: .holderRequest, on: second)
    #expect(gone.card.state == .revoked)
    let cards = try await office.registry.cards(of: person)
    #expect(cards.map(\.card.state) == [.revoked, .replaced])
    let uses = try await office.identifiers(person, of: .electronic).map { $0["use"]?.string }
    #expect(uses == ["old", "old"])
    #expect(cards.last?.card.steps.compactMap(\.reason) == [.lost, .found, .upgraded])
  }

  @Test func `an event that the table does not allow changes nothing`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    let card = try await office.apply(.resident, for: person)
    let sequence = office.store.statistics().sequence
    let early = try await anomaly { try await office.carryOut(.activate, on: card) }
    #expect(early.category == .conflict)
    let unreasoned = try await anomaly { try await office.carryOut(.refuse, on: card) }
    #expect(unreasoned.code == .businessRule)
    #expect(office.store.statistics().sequence == sequence)
  }

  @Test func `who holds a card that is not ended gets no second of its kind`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    let card = try await office.apply(.resident, for: person)
    let second = try await anomaly { try await office.apply(.resident, for: person) }
    #expect(second.chinese?.contains("已申请") == true)
    try await office.carryOut(.refuse, because: .identityNotProven, on: card)
    #expect(try await office.apply(.resident, for: person).card.state == .applied)
  }

  @Test func `the dead and the unknown get no card`() async throws {
    let office = try Office()
    try await office.put([
      "resourceType": "Patient", "id": "dead", "deceasedBoolean": true,
      "name": [["text": "李四"]],
    ])
    for id in ["dead", "nobody"] {
      let person = try #require(ResourceKey(reference: "Patient/\(id)"))
      let refused = try await anomaly { try await office.apply(.electronic, for: person) }
      #expect(refused.category == (id == "dead" ? .conflict : .notFound))
    }
  }

  @Test func `without an identity number a card is temporary and its number begins with T`()
    async throws
  {
    let office = try Office()
    let person = try await office.resident("newborn", number: nil)
    let card = try await office.apply(.resident, for: person)
    #expect(card.card.details.standing == .temporary)
    #expect(card.card.details.number.value.hasPrefix("T"))
  }

  @Test func `devices that are no cards are left alone`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    try await office.put([
      "resourceType": "Device", "id": "pump", "patient": ["reference": .string("\(person)")],
    ])
    #expect(try await office.registry.cards(of: person).isEmpty)
    let refused = try await anomaly { try await office.registry.card("pump") }
    #expect(refused.category == .notFound)
  }
}
