import CardOffice
import Credentials
import FHIR
import RecordStore
import Testing

/// Officers at different counters at the same moment.
@Suite("Officers at once") struct RaceTests {
  /// How each of many ended: how often it went well, and what the others were told.
  private func all(
    _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Void
  ) async -> (done: Int, refused: [Anomaly]) {
    await withTaskGroup(of: Result<Void, any Error>.self) { group in
      for number in 0..<count {
        group.addTask {
          do { return .success(try await work(number)) } catch { return .failure(error) }
        }
      }
      var done = 0
      var refused: [Anomaly] = []
      for await result in group {
        switch result {
        case .success: done += 1
        case .failure(let error): if let anomaly = error as? Anomaly { refused.append(anomaly) }
        }
      }
      return (done, refused)
    }
  }

  @Test func `of officers who issue one card at once, one does and the others are told so`()
    async throws
  {
    let office = try Office()
    let person = try await office.resident("zhang")
    var card = try await office.apply(.resident, for: person)
    card = try await office.carryOut(.produce, on: card)
    let seen = card
    let (done, refused) = await all(16) { _ in
      _ = try await office.registry.carryOut(
        CardOrder(.issue, by: Office.officer, seen: seen.version), on: seen.id)
    }
    #expect(done == 1)
    #expect(refused.count == 15)
    for anomaly in refused {
      #expect(anomaly.category == .conflict)
      #expect(anomaly.chinese?.contains("另一位经办人") == true, "\(anomaly)")
    }
    let issued = try await office.registry.card(card.id)
    #expect(issued.card.steps.map(\.event) == [.apply, .produce, .issue])
  }

  @Test func `of applications for one person at once, one card comes`() async throws {
    let office = try Office()
    let person = try await office.resident("zhang")
    let (done, refused) = await all(16) { _ in
      _ = try await office.apply(.electronic, for: person)
    }
    #expect(done == 1)
    #expect(refused.allSatisfy { $0.category == .conflict })
    #expect(try await office.registry.cards(of: person).count == 1)
  }

  @Test func `one number linked at once by two people has one holder`() async throws {
    let office = try Office()
    var people: [ResourceKey] = []
    for place in 0..<8 {
      people.append(
        try await office.resident("p\(place)", number: nil, name: "居民\(place)"))
    }
    let holders = people
    let (done, refused) = await all(8) { place in
      _ = try await office.apply(.city, for: holders[place], number: "4299000001")
    }
    #expect(done == 1)
    #expect(refused.count == 7)
  }

  @Test func `changes of the person's record meanwhile stop no card and are not lost`()
    async throws
  {
    let office = try Office()
    let person = try await office.resident("zhang")
    let writer = Task {
      for number in 0..<40 {
        _ = try await office.store.write(
          .patch(
            person,
            ResourcePatch { (document) throws(Anomaly) in
              var patient = JSON(document)
              patient["telecom"] = [["system": "phone", "value": .string("199000000\(number)")]]
              return try JSONDocument.parse(patient.encoded())
            }))
      }
    }
    for number in 0..<8 {
      _ = try await office.apply(.hospital, for: person, number: "M\(number)")
    }
    try await writer.value
    let patient = try await office.read("\(person)")
    #expect(patient["telecom"]?[0]?["value"]?.string == "19900000039")
    #expect(try await office.identifiers(person, of: .hospital).count == 8)
  }
}
