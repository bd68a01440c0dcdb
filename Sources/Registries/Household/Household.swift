package import FHIR
package import RecordStore

/// A household 户: who lives together under one head, as a FHIR `Group` of persons.
///
/// Each member's relation to the head stands in an extension of the member, whose URL is the code
/// system of GB/T 4761; the head's is 02 户主. Who left stays, with the last day.
/// See docs/adr/0008-a-household-is-a-group.md. <https://hl7.org/fhir/R4/group.html>
package struct Household: Sendable {
  package struct Member: Hashable, Sendable {
    /// The id of the Patient.
    package let person: String
    package let name: String
    /// GB/T 4761, two digits.
    package let kin: String
    package let since: CivilDay?
    package let until: CivilDay?
    package let isFormer: Bool
  }

  /// Members of all times.
  static let memberLimit = 200

  package let id: String
  package let version: Int
  package private(set) var group: JSON

  package init(_ version: Version) throws(Anomaly) {
    id = version.key.id
    self.version = version.version
    group = try JSON(parsing: version.body)
  }

  /// Whether a Group is a household, not a cohort or a team.
  package var isHousehold: Bool {
    group["code"]?["coding"]?.items.contains {
      $0["system"]?.string == RegistrySystem.populationGroup
    } == true
  }

  package var name: String { group["name"]?.string ?? "" }

  /// 户号.
  package var number: String? {
    group["identifier"]?.items.first { $0["system"]?.string == RegistrySystem.household }?["value"]?
      .string
  }

  /// Members of all times, in the order of the register.
  package var everybody: [Member] {
    (group["member"]?.items ?? []).compactMap { item in
      guard let target = item["entity"]?["reference"]?.string, target.hasPrefix("Patient/")
      else { return nil }
      let until = CivilDay(fhir: item["period"]?["end"]?.string)
      let kin = item["extension"]?.items.first { $0["url"]?.string == CodeList.kinship.system }
      return Member(
        person: String(target.dropFirst("Patient/".count)),
        name: item["entity"]?["display"]?.string ?? "",
        kin: CodeList.kinship.code(in: kin?["valueCodeableConcept"]) ?? Kinship.otherRelative,
        since: CivilDay(fhir: item["period"]?["start"]?.string), until: until,
        isFormer: item["inactive"]?.bool == true || until != nil)
    }
  }

  /// Those who belong to it now, the head first.
  package var members: [Member] {
    let present = everybody.filter { !$0.isFormer }
    return present.filter { $0.kin == Kinship.head } + present.filter { $0.kin != Kinship.head }
  }

  package var former: [Member] { everybody.filter(\.isFormer) }
  package var head: Member? { members.first { $0.kin == Kinship.head } }

  package func member(_ person: String) -> Member? { members.first { $0.person == person } }

  /// The address of the household and the code of its division.
  package var address: (text: String?, area: String?) {
    let item = group["characteristic"]?.items.last {
      $0["code"]?["coding"]?[0]?["system"]?.string == RegistrySystem.householdCharacteristic
        && $0["period"]?["end"] == nil
    }
    let value = item?["valueCodeableConcept"]
    return (
      value?["text"]?.string,
      value?["coding"]?.items.first { $0["system"]?.string == RegistrySystem.division }?["code"]?
        .string
    )
  }
}

// MARK: - Making and changing

extension Household {
  /// The Group of a new household.
  static func group(
    head: JSON, reference: String, number: String?, address: ResidenceAddress?, since day: CivilDay
  ) -> JSON {
    let name = PersonEntry.name(of: head)
    var group: JSON = ["resourceType": "Group"]
    group["identifier"] = number.map {
      [["system": .string(RegistrySystem.household), "value": .string($0)]]
    }
    group["active"] = true
    group["type"] = "person"
    group["actual"] = true
    group["code"] = [
      "coding": [["system": .string(RegistrySystem.populationGroup), "code": "household"]],
      "text": "家庭户",
    ]
    group["name"] = .string(name + "户")
    if let address { group["characteristic"] = [characteristic(address, since: day)] }
    group["member"] = [member(reference, named: name, kin: Kinship.head, since: day)]
    return group
  }

  private static func characteristic(_ address: ResidenceAddress, since day: CivilDay) -> JSON {
    var value: JSON = .object([:])
    value["coding"] = address.area.map {
      [["system": .string(RegistrySystem.division), "code": .string($0)]]
    }
    value["text"] = .string(address.text)
    return [
      "code": [
        "coding": [["system": .string(RegistrySystem.householdCharacteristic), "code": "address"]],
        "text": "住址",
      ],
      "valueCodeableConcept": value, "exclude": false, "period": ["start": .string(day.text)],
    ]
  }

  static func member(
    _ reference: String, named name: String, kin: String, since day: CivilDay?
  ) -> JSON {
    var member: JSON = [
      "extension": [
        [
          "url": .string(CodeList.kinship.system),
          "valueCodeableConcept": CodeList.kinship.concept(kin),
        ]
      ],
      "entity": ["reference": .string(reference), "display": .string(name)],
    ]
    member["period"] = day.map { ["start": .string($0.text)] }
    member["inactive"] = false
    return member
  }

  mutating func add(
    _ reference: String, named name: String, kin: String, since day: CivilDay
  ) throws(Anomaly) {
    let items = group["member"]?.items ?? []
    guard items.count < Self.memberLimit else {
      throw .incorrect(
        "The household has \(Self.memberLimit) members and former members already",
        chinese: "该户现有和曾有成员已达\(Self.memberLimit)人", code: .tooLong)
    }
    group["member"] = .array(
      items + [Self.member(reference, named: name, kin: kin, since: day)])
  }

  /// Changes the present membership of a person.
  private mutating func change(_ person: String, _ body: (inout JSON) -> Void) {
    group["member"] = .array(
      (group["member"]?.items ?? []).map { item in
        guard item["entity"]?["reference"]?.string == "Patient/\(person)",
          item["inactive"]?.bool != true, item["period"]?["end"] == nil
        else { return item }
        var item = item
        body(&item)
        return item
      })
  }

  mutating func end(_ person: String, on day: CivilDay) {
    change(person) { item in
      var period = item["period"] ?? .object([:])
      period["end"] = .string(day.text)
      item["period"] = period
      item["inactive"] = true
    }
  }

  mutating func rename(_ person: String, to name: String) {
    let isHead = head?.person == person
    change(person) { item in
      item["entity"] = [
        "reference": item["entity"]?["reference"] ?? "", "display": .string(name),
      ]
    }
    if isHead { group["name"] = .string(name + "户") }
  }

  mutating func set(_ kin: String, of person: String) {
    change(person) { item in
      item["extension"] = .array(
        (item["extension"]?.items ?? []).filter {
          $0["url"]?.string != CodeList.kinship.system
        } + [
          [
            "url": .string(CodeList.kinship.system),
            "valueCodeableConcept": CodeList.kinship.concept(kin),
          ]
        ])
    }
  }

  /// Makes a member the head; what the others are to the head follows.
  ///
  /// - Parameter sexes: of the members, by GB/T 2261.1.
  mutating func appoint(_ person: String, sexes: [String: String]) throws(Anomaly) {
    guard let chosen = member(person) else {
      throw .incorrect(
        "The new head is no member of the household", chinese: "新户主不是本户成员", code: .value,
        path: "head")
    }
    let (old, present) = (head, members)
    let oldSex = old.flatMap { sexes[$0.person] }
    for other in present where other.person != person {
      set(
        Kinship.kin(
          other.kin, sex: sexes[other.person], to: (chosen.kin, sexes[person]),
          oldHeadSex: oldSex), of: other.person)
    }
    set(Kinship.head, of: person)
    group["name"] = .string(chosen.name + "户")
  }

  mutating func dissolve() { group["active"] = false }
}
