package import FHIR

extension PersonRecord {
  /// What a Patient says of who the person is. <https://hl7.org/fhir/R4/patient.html>
  package init(patient: JSONCursor) {
    self.init(id: patient.member(.id)?.string ?? "")
    names = Self.names(patient)
    gender = patient.member("gender")?.string ?? ""
    birthDate = patient.member("birthDate")?.string ?? ""
    identifiers = Self.identifiers(patient)
    for contact in patient.items("telecom") where phones.count < Packing.valuesPerTrait {
      guard contact.member(.system)?.equals("phone") ?? false,
        contact.member(.use)?.equals("old") != true, let value = contact.member(.value)?.string
      else { continue }
      phones.append(value)
    }
    if let address = Self.best(patient.items("address")) { self.address = Address(address) }
    for contact in patient.items("contact") { takeParent(contact) }
    if mother.isEmpty, let name = patient.extended(Self.mothersMaidenName)?.string {
      mother = name
    }
  }

  private static let mothersMaidenName =
    "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"

  /// Names that are in use before those that were, written in characters before their sound.
  private static func names(_ patient: JSONCursor) -> [Name] {
    patient.items("name").enumerated()
      .map { (rank: rank(ofName: $0.element), place: $0.offset, name: Name($0.element)) }
      .filter { !$0.name.isEmpty }
      .sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
      .map(\.name)
  }

  private static let representation =
    "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"

  /// <https://hl7.org/fhir/R4/valueset-name-use.html>
  private static func rank(ofName name: JSONCursor) -> Int {
    let isSound = name.extended(representation)?.equals("SYL") ?? false
    let rank =
      switch name.member(.use)?.string {
      case "official": 0
      case "usual": 1
      case "old", "maiden": 6
      case "temp", "anonymous", "nickname": 5
      default: 2
      }
    return isSound ? rank + 10 : rank
  }

  /// Numbers in use before old ones, those of the whole country before those of one institution.
  private static func identifiers(_ patient: JSONCursor) -> [Identifier] {
    var found: [(rank: Int, place: Int, identifier: Identifier)] = []
    for (place, item) in patient.items("identifier").enumerated() {
      guard let value = item.member(.value)?.string, !value.isEmpty else { continue }
      let codes = item.member(.type)?.items("coding").compactMap { $0.member(.code)?.string } ?? []
      guard !codes.contains(where: ofSomethingElse.contains) else { continue }
      var system = item.member(.system)?.string ?? ""
      if system != identityNumberSystem, codes.contains(where: national.contains) {
        system = nationalNumberSystem
      }
      var rank = [identityNumberSystem, nationalNumberSystem].contains(system) ? 0 : 2
      if codes.contains(where: local.contains) { rank = 3 }
      if item.member(.use)?.equals("old") ?? false { rank += 10 }
      found.append((rank, place, Identifier(system: system, value: value)))
    }
    return found.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.map(\.identifier)
  }

  /// Numbers of which a country gives each of its people one.
  /// <https://terminology.hl7.org/CodeSystem-v2-0203.html>
  private static let national: Set<String> = ["NI", "NNCHN", "SS"]
  /// Numbers of one institution.
  private static let local: Set<String> = ["MR", "PI", "PT", "RI"]
  /// Numbers of a visit, an account or a document, not of a person.
  private static let ofSomethingElse: Set<String> = ["VN", "AN", "ACSN", "PLAC", "FILL", "RRI"]

  private static func best(_ addresses: [JSONCursor]) -> JSONCursor? {
    func rank(_ address: JSONCursor) -> Int {
      switch address.member(.use)?.string {
      case "home": 0
      case "old": 5
      case "billing", "work": 3
      default: 1
      }
    }
    return addresses.enumerated().min {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }?.element
  }

  private mutating func takeParent(_ contact: JSONCursor) {
    guard let name = contact.member(.name).map({ Name($0).whole }), !name.isEmpty else { return }
    let codes = contact.items("relationship").flatMap { $0.items("coding") }
      .compactMap { $0.member(.code)?.string }
    if mother.isEmpty, codes.contains(where: Self.mothers.contains) { mother = name }
    if father.isEmpty, codes.contains(where: Self.fathers.contains) { father = name }
  }

  /// v3-RoleCode and GB/T 4761: 52 is the mother, 51 the father.
  private static let mothers: Set<String> = ["MTH", "NMTH", "52"]
  private static let fathers: Set<String> = ["FTH", "NFTH", "51"]
}

extension PersonRecord.Name {
  /// <https://hl7.org/fhir/R4/datatypes.html#HumanName>
  fileprivate init(_ name: JSONCursor) {
    self.init(
      text: name.member(.text)?.string ?? "", family: name.member(.family)?.string ?? "",
      given: name.items("given").compactMap(\.string).joined(separator: " "))
    // A name of which only one part was divided off is divided again as a whole.
    if !text.isEmpty, family.isEmpty != given.isEmpty { (family, given) = ("", "") }
  }

  fileprivate var isEmpty: Bool { text.isEmpty && family.isEmpty && given.isEmpty }

  fileprivate var whole: String { text.isEmpty ? family + given : text }
}

extension PersonRecord.Address {
  private static let censusTract =
    "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract"

  /// <https://hl7.org/fhir/R4/datatypes.html#Address>
  fileprivate init(_ address: JSONCursor) {
    self.init()
    province = address.member("state")?.string ?? ""
    city = address.member("city")?.string ?? ""
    district = address.member("district")?.string ?? ""
    postalCode = address.member("postalCode")?.string ?? ""
    let lines = address.items("line")
    let text = lines.compactMap(\.string).joined(separator: " ")
    let isLatin = text.utf8.allSatisfy { $0 < 0x80 }
    if isLatin {
      // 12 High Street: the number stands first.
      houseNumber = text.filter { $0.isNumber }
      street = text.filter { !$0.isNumber }
    } else {
      line = text
    }
    if province.isEmpty, let code = Self.areaCode(address, lines) {
      (province, city, district) = (
        String(code.prefix(2)), String(code.prefix(4)), String(code.prefix(6))
      )
    }
  }

  /// The statistical code of the place, twelve digits (统计用区划代码).
  private static func areaCode(_ address: JSONCursor, _ lines: [JSONCursor]) -> String? {
    let code = address.extended(censusTract)?.string
    return code.flatMap { $0.count == 12 && $0.allSatisfy(\.isNumber) ? $0 : nil }
  }
}

extension JSONCursor {
  /// The items of a member; none when it is absent.
  fileprivate func items(_ name: String) -> [JSONCursor] {
    member(name).map { Array($0.children) } ?? []
  }

  /// The value of the extension with this URL.
  fileprivate func extended(_ url: String) -> JSONCursor? {
    guard let extensions = member(.extension) else { return nil }
    for item in extensions.children where item.member(.url)?.string == url {
      return item.children.first { $0.memberName.hasPrefix("value") }
    }
    return nil
  }
}
