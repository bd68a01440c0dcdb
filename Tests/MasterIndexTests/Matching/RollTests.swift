import FHIR
import Testing

@testable import MasterIndex
@testable import People

@Suite struct RollTests {
  private static func record(_ name: String, _ birth: String, phone: String = "") -> PersonRecord {
    var record = PersonRecord(id: "")
    record.names = [PersonRecord.Name(text: name)]
    record.birthDate = birth
    record.gender = "female"
    if !phone.isEmpty { record.phones = [phone] }
    return record
  }

  private static func roll() -> Roll {
    Roll(MatchIndex(MatchIndex.Gathering()), ids: [])
  }

  private static func found(_ record: PersonRecord, in roll: inout Roll) -> [String] {
    let found = roll.sought(record, limit: 10).candidates
    return found.map { roll.id(at: $0.record) }
  }

  @Test func `takes back all that a transaction did`() {
    var roll = Self.roll()
    let (one, other) = (
      Self.record("阿依古丽", "1980-01-02", phone: "13800000001"),
      Self.record("上官婉儿", "1990-03-04", phone: "13800000002")
    )
    _ = roll.admit(one, id: "a")
    roll.keep()
    _ = roll.admit(other, id: "a")
    _ = roll.admit(other, id: "b")
    roll.set("p", MasterPerson(patients: ["a", "b"], whole: nil))
    roll.set(RecordPair("a", "b"), .different)
    #expect(Self.found(other, in: &roll).sorted() == ["a", "b"])
    #expect(roll.personCount == 1)
    roll.undo()
    #expect(Self.found(one, in: &roll) == ["a"])
    #expect(Self.found(other, in: &roll) == [])
    #expect(roll.master(of: "a") == nil)
    #expect(roll.verdict(RecordPair("b", "a")) == nil)
    #expect((roll.count, roll.personCount) == (1, 1))
  }

  @Test func `finds again what was brought back after the keys were sorted anew`() {
    var roll = Self.roll()
    let one = Self.record("阿依古丽", "1980-01-02", phone: "13800000001")
    _ = roll.admit(one, id: "a")
    roll.keep()
    roll.remove("a")
    for number in 0..<4_200 {
      _ = roll.admit(Self.record("某\(number)", "1990-03-04"), id: "r\(number)")
    }
    roll.undo()
    #expect(Self.found(one, in: &roll) == ["a"])
    #expect(roll.count == 1)
  }

  @Test func `a master person is what its parts are parts of`() {
    var roll = Self.roll()
    roll.set("p", MasterPerson(patients: ["a", "b"], whole: nil))
    roll.set("q", MasterPerson(patients: ["c"], whole: "p"))
    roll.set("r", MasterPerson(patients: ["d"], whole: "q"))
    #expect(roll.master(of: "d") == "p")
    #expect(roll.records(with: "c", limit: 10) == ["a", "b", "c", "d"])
    roll.set("q", MasterPerson(patients: ["c"], whole: nil))
    #expect(roll.master(of: "d") == "q")
    // Parts of each other end somewhere.
    roll.set("q", MasterPerson(patients: ["c"], whole: "r"))
    #expect(["q", "r"].contains(roll.master(of: "d")))
  }
}
