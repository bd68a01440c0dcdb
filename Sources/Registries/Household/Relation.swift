import FHIR

/// A parent or spouse as a `RelatedPerson` of somebody, by v3-RoleCode and GB/T 4761.
///
/// <https://hl7.org/fhir/R4/relatedperson.html>
enum Relation {
  case mother, father

  private var codes: (role: String, english: String, kin: String) {
    switch self {
    case .mother: ("MTH", "mother", "52")
    case .father: ("FTH", "father", "51")
    }
  }

  /// The relative in the record of the patient that the reference leads to.
  func person(_ relative: JSON, of patient: String) -> JSON {
    let (role, english, kin) = codes
    let words = CodeList.kinship[kin]?.chinese ?? ""
    var person: JSON = ["resourceType": "RelatedPerson"]
    person["identifier"] = PersonEntry.identityNumber(of: relative).map {
      [["system": .string(RegistrySystem.identityNumber), "value": .string($0)]]
    }
    person["active"] = true
    person["patient"] = ["reference": .string(patient)]
    person["relationship"] = [
      [
        "coding": [
          [
            "system": .string(RegistrySystem.roleCode), "code": .string(role),
            "display": .string(english),
          ],
          [
            "system": .string(CodeList.kinship.system), "code": .string(kin),
            "display": .string(words),
          ],
        ], "text": .string(words),
      ]
    ]
    let names = (relative["name"]?.items ?? []).filter { $0["use"]?.string != "old" }
    person["name"] = names.isEmpty ? nil : .array(names)
    person["telecom"] = relative["telecom"]
    person["gender"] = relative["gender"]
    person["birthDate"] = relative["birthDate"]
    return person
  }
}

extension ResidenceAddress {
  /// The address of a household.
  init?(_ household: Household) {
    let (text, area) = household.address
    guard let text else { return nil }
    self.init(text: text, area: area)
  }
}

extension ResidenceKind {
  /// The same address from a day on, with the parts that it has.
  func begin(_ address: JSON?, _ plain: ResidenceAddress, on day: CivilDay) -> JSON {
    guard var address else { return plain.address(self, since: day) }
    address["period"] = ["start": .string(day.text)]
    return address
  }
}

extension String {
  /// Percent-encoded for the value of a search, its separators written as characters.
  ///
  /// <https://hl7.org/fhir/R4/search.html#escaping>
  var queryEncoded: String {
    var out = ""
    for byte in utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        if [0x2C, 0x7C, 0x24, 0x5C].contains(byte) { out += "%5C" }
        let digits = String(byte, radix: 16, uppercase: true)
        out += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return out
  }
}
