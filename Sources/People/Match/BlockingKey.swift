/// Under which keys a record is looked for: records that share a key are compared.
///
/// Each key is a hash of one or several values that rarely are all wrong at once; 0 is no key.
enum BlockingKey: Int, CaseIterable, Sendable {
  case nationalNumber, nationalNumberEnd, nationalNumberStart, card, secondCard, phone, secondPhone
  case birth, wholeName, surnameAndBirth, givenAndBirth, nameAndYear, nameAndDay
  case nameAndPlace, surnameAndPlace, givenAndPlace, streetAndNumber, streetAndPlace
  case surnameAndStreet, givenAndLocality, birthAndPlace, household, motherAndYear

  static let count = allCases.count

  /// The key of which this one is the second value: either value finds either.
  var first: BlockingKey? {
    switch self {
    case .secondCard: .card
    case .secondPhone: .phone
    default: nil
    }
  }

  /// The places of this key's values among a record's keys.
  var slots: [Int] {
    Self.allCases.filter { $0 == self || $0.first == self }.map(\.rawValue)
  }

  /// Writes the keys of one record.
  static func write(
    _ row: Comparison.Row, _ vocabulary: Vocabulary, to keys: UnsafeMutablePointer<UInt32>
  ) {
    for key in 0..<count { keys[key] = 0 }
    func put(_ key: BlockingKey, _ parts: UInt32...) {
      guard !parts.contains(0) else { return }
      var hash = UInt64((key.first ?? key).rawValue &+ 1)
      for part in parts { hash = Hashing.mix(hash ^ UInt64(part) &+ 0x9E37_79B9_7F4A_7C15) }
      keys[key.rawValue] = max(1, UInt32(truncatingIfNeeded: hash))
    }
    func value(_ trait: Trait) -> UInt32 {
      let value = row[trait.rawValue]
      guard value & Vocabulary.listBit != 0 else { return value }
      return vocabulary.lists[Int(value & ~Vocabulary.listBit) + 1]
    }
    func second(_ trait: Trait) -> UInt32 {
      let value = row[trait.rawValue]
      guard value & Vocabulary.listBit != 0 else { return 0 }
      return vocabulary.lists[Int(value & ~Vocabulary.listBit) + 2]
    }
    let surname = vocabulary.reading[Int(value(.surname))]
    let given = vocabulary.reading[Int(value(.given))]
    // The same for names in each other's place.
    let name = surname == 0 || given == 0 ? 0 : surname &+ given &+ (surname ^ given) &* 31
    let date = BirthDate(digits: value(.birth))
    let birth = date.day > 0 ? date.unordered : 0
    let place = value(.postalCode) == 0 ? value(.area) : value(.postalCode)
    let locality = value(.locality) == 0 ? value(.area) : value(.locality)
    let street = value(.street)

    put(.nationalNumber, value(.nationalNumber))
    if value(.nationalNumber) != 0 {
      vocabulary[.nationalNumber].withText(value(.nationalNumber)) { text in
        let half = text.count == IdentityNumber.digits ? 10 : text.count / 2
        guard half > 1 else { return }
        put(.nationalNumberStart, Hashing.of(.init(rebasing: text[..<half])))
        put(.nationalNumberEnd, Hashing.of(.init(rebasing: text[half...])))
      }
    }
    put(.card, value(.card))
    put(.secondCard, second(.card))
    put(.phone, value(.phone))
    put(.secondPhone, second(.phone))
    put(.birth, birth)
    put(.wholeName, name)
    put(.surnameAndBirth, surname, birth)
    put(.givenAndBirth, given, birth)
    put(.nameAndYear, name, UInt32(date.year))
    if birth != 0 { put(.nameAndDay, name, birth % 10_000) }
    put(.nameAndPlace, name, place)
    put(.surnameAndPlace, surname, place)
    put(.givenAndPlace, given, place)
    put(.streetAndNumber, street, value(.houseNumber))
    put(.streetAndPlace, street, place)
    put(.surnameAndStreet, surname, street)
    put(.givenAndLocality, given, locality)
    put(.birthAndPlace, birth, place)
    put(.household, value(.household))
    put(.motherAndYear, value(.mother), UInt32(date.year))
  }
}
