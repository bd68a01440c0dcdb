/// Turns the values of records into rows of numbers, folding each as its trait asks.
struct Packing: Sendable {
  var vocabulary = Vocabulary()
  /// A record's values in the order of the traits, then their signatures.
  var rows: [UInt32] = []
  static let width = 2 * Trait.count
  private(set) var findings: [Finding] = []
  /// Values kept apart beyond this many are counted, not listed.
  static let findingsListed = 100_000
  private(set) var findingCount = 0
  /// Of one record, so many values of one kind are compared.
  static let valuesPerTrait = 8
  /// Longer values are kept apart; no field of WS/T 363 is as long.
  static let longestValueInBytes = 1_024

  private var row = [UInt32](repeating: 0, count: width)
  private var place = (province: UInt32(0), city: UInt32(0), district: UInt32(0))
  private var several: [Trait: [UInt32]] = [:]
  /// Whether the check digit of the record's national number holds.
  private var isProven = false
  private var folded: [UInt8] = []

  var count: Int { rows.count / Self.width }

  mutating func reserve(_ records: Int) { rows.reserveCapacity(records * Self.width) }

  /// Ends the record that the calls since the last end were of; gives its place.
  @discardableResult
  mutating func end() -> Int {
    if place.province != 0 || place.city != 0 || place.district != 0 {
      row[Trait.area.rawValue] = withUnsafeBytes(of: place) { key in
        vocabulary[.area].intern(Array(key))
      }
      place = (0, 0, 0)
    }
    if !several.isEmpty { endLists() }
    sign()
    rows.append(contentsOf: row)
    for place in 0..<Self.width { row[place] = 0 }
    isProven = false
    return count - 1
  }

  /// Puts the signatures of the values behind them.
  private mutating func sign() {
    for trait in Trait.allCases {
      let value = row[trait.rawValue]
      guard value != 0, value & Vocabulary.listBit == 0 else { continue }
      let signature: UInt32
      switch trait {
      case .surname, .given:
        signature = vocabulary[.surname].withText(value, Signature.words)
      case .locality, .street, .building, .mother, .father:
        signature = vocabulary[trait].withText(value, Signature.words)
      case .nationalNumber:
        let isProven = isProven
        signature = vocabulary[trait].withText(value) {
          Signature.digits($0, isProven: isProven)
        }
      case .card:
        signature = vocabulary[trait].withText(value) { Signature.number($0) }
      case .phone, .postalCode, .houseNumber, .household:
        signature = vocabulary[trait].withText(value) { Signature.digits($0) }
      default: continue
      }
      row[Trait.count + trait.rawValue] = signature
    }
  }

  private mutating func endLists() {
    for (trait, values) in several.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      row[trait.rawValue] = Vocabulary.listBit | UInt32(vocabulary.lists.count)
      vocabulary.lists.append(UInt32(values.count))
      vocabulary.lists.append(contentsOf: values)
    }
    several.removeAll()
  }

  /// The values of a record, to be put back.
  func row(_ place: Int) -> [UInt32] { Array(rows[place * Self.width..<(place + 1) * Self.width]) }

  mutating func setRow(_ place: Int, _ row: [UInt32]) {
    rows.replaceSubrange(place * Self.width..<(place + 1) * Self.width, with: row)
  }

  /// Takes the newest record away again, for one that was only compared.
  mutating func removeLast() { rows.removeLast(Self.width) }

  /// Puts findings of other columns among those of these, in the order of the records.
  mutating func keep(_ others: [Finding], among total: Int) {
    findings = (findings + others).enumerated()
      .sorted { ($0.element.record, $0.offset) < ($1.element.record, $1.offset) }
      .map(\.element)
    findingCount = total
  }

  /// Lets go of the values kept apart, once they were given to somebody.
  mutating func forgetFindings() {
    findings.removeAll()
    findingCount = 0
  }

  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>, _ field: SourceField) {
    guard !bytes.isEmpty, !field.isAbsent(bytes) else { return }
    guard bytes.count <= Self.longestValueInBytes else {
      return keep(apart: bytes.prefix(64), of: field, .valueLength)
    }
    switch field {
    case .given: name(bytes, .given)
    case .surname: name(bytes, .surname)
    case .name: wholeName(bytes)
    case .gender: gender(bytes)
    case .birthDate: birth(bytes)
    case .identityNumber: identityNumber(bytes)
    case .nationalNumber:
      Folding.code(bytes, into: &folded)
      row[Trait.nationalNumber.rawValue] = vocabulary[.nationalNumber].intern(folded)
    case .card: each(bytes) { $0.card($1) }
    case .phone: each(bytes) { $0.phone($1) }
    case .province: place.province = placeName(bytes)
    case .city: place.city = placeName(bytes)
    case .district: place.district = placeName(bytes)
    case .line: line(bytes)
    case .street: words(bytes, .street)
    case .building: words(bytes, .building)
    case .locality: words(bytes, .locality)
    case .postalCode: code(bytes, .postalCode)
    case .houseNumber: code(bytes, .houseNumber)
    case .household: code(bytes, .household)
    case .mother: words(bytes, .mother)
    case .father: words(bytes, .father)
    case .id, .source, .ignored: break
    }
  }

  private mutating func keep(
    apart bytes: Slice<UnsafeBufferPointer<UInt8>>, of field: SourceField, _ reason: Finding.Reason
  ) {
    findingCount += 1
    guard findings.count < Self.findingsListed else { return }
    findings.append(
      Finding(
        record: count, field: field.rawValue, value: String(decoding: bytes, as: UTF8.self),
        reason: reason))
  }

  private mutating func name(_ bytes: UnsafeBufferPointer<UInt8>, _ trait: Trait) {
    Folding.letters(bytes, into: &folded)
    row[trait.rawValue] = vocabulary.name(folded, isSurname: trait == .surname)
  }

  /// The first whole name is the usual one; further ones (former names) are compared too.
  private mutating func wholeName(_ bytes: UnsafeBufferPointer<UInt8>) {
    let name = PersonName(whole: bytes)
    let surname = vocabulary.name(name.surname, isSurname: true)
    let given = vocabulary.name(name.given, isSurname: false)
    if row[Trait.surname.rawValue] == 0, row[Trait.given.rawValue] == 0 {
      row[Trait.surname.rawValue] = surname
      row[Trait.given.rawValue] = given
    }
  }

  private mutating func words(_ bytes: UnsafeBufferPointer<UInt8>, _ trait: Trait) {
    Folding.words(bytes, into: &folded)
    row[trait.rawValue] = vocabulary[trait].intern(folded)
  }

  private mutating func code(_ bytes: UnsafeBufferPointer<UInt8>, _ trait: Trait) {
    Folding.code(bytes, into: &folded)
    row[trait.rawValue] = vocabulary[trait].intern(folded)
  }

  private mutating func gender(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.letters(bytes, into: &folded)
    switch String(decoding: folded, as: UTF8.self) {
    case "male", "m", "男", "男性", "1": row[Trait.gender.rawValue] = 1
    case "female", "f", "女", "女性", "2": row[Trait.gender.rawValue] = 2
    case "", "unknown", "u", "未知", "0", "other", "9", "未说明", "未知的性别", "未说明的性别": break
    default: keep(apart: bytes[...], of: .gender, .genderUnknown)
    }
  }

  private mutating func birth(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.words(bytes, into: &folded)
    guard let date = BirthDate(folded: folded) else {
      return keep(apart: bytes[...], of: .birthDate, .dateForm)
    }
    if date.month > 0, date.day > 0, !date.exists {
      keep(apart: bytes[...], of: .birthDate, .dateImpossible)
    }
    row[Trait.birth.rawValue] = date.digits
  }

  /// A citizen number; one that fails its check is compared by its digits, and proves nothing.
  private mutating func identityNumber(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.code(bytes, into: &folded)
    guard !folded.isEmpty else { return }
    // A number of 15 digits has no check digit, so the one that it gets proves nothing.
    let hasCheckDigit = folded.count == IdentityNumber.digits
    let defect = IdentityNumber.complete(&folded)
    if let defect { keep(apart: bytes[...], of: .identityNumber, Finding.Reason(defect)) }
    isProven = defect == nil && hasCheckDigit
    row[Trait.nationalNumber.rawValue] = vocabulary[.nationalNumber].intern(folded)
  }

  private mutating func card(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.code(bytes, into: &folded)
    add(vocabulary[.card].intern(folded), to: .card)
  }

  /// A number of the kind that a system of identifiers names.
  ///
  /// Numbers of two kinds say nothing about each other, so the kind stands before the number.
  mutating func put(cardNumber text: String, of system: String) {
    guard !text.isEmpty else { return }
    guard text.utf8.count <= Self.longestValueInBytes else {
      return Array(text.utf8.prefix(64)).withUnsafeBufferPointer {
        keep(apart: $0[...], of: .card, .valueLength)
      }
    }
    Array(text.utf8).withUnsafeBufferPointer { Folding.code($0, into: &folded) }
    guard !folded.isEmpty else { return }
    if !system.isEmpty {
      let kind = Array(system.utf8).withUnsafeBufferPointer { Hashing.of($0) }
      folded.insert(contentsOf: Array("\(String(kind, radix: 36)):".utf8), at: 0)
    }
    add(vocabulary[.card].intern(folded), to: .card)
  }

  /// Without the country's number 86 and the zero that was once dialled before mobile numbers.
  private mutating func phone(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.digits(bytes, into: &folded)
    if folded.starts(with: Array("0086".utf8)) { folded.removeFirst(4) }
    if folded.count == 13, folded.starts(with: Array("86".utf8)) { folded.removeFirst(2) }
    if folded.count == 12, folded.starts(with: Array("01".utf8)) { folded.removeFirst(1) }
    add(vocabulary[.phone].intern(folded), to: .phone)
  }

  private mutating func add(_ value: UInt32, to trait: Trait) {
    guard value != 0 else { return }
    let first = row[trait.rawValue]
    if first == 0 {
      row[trait.rawValue] = value
    } else if first != value {
      var values = several[trait] ?? [first]
      guard values.count < Self.valuesPerTrait, !values.contains(value) else { return }
      values.append(value)
      several[trait] = values
    }
  }

  /// Several values in one cell, divided as people divide them.
  private mutating func each(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ body: (inout Packing, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    let marks = [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "|")]
    for part in bytes.split(whereSeparator: { marks.contains($0) }) {
      body(&self, UnsafeBufferPointer(rebasing: part))
    }
  }

  private mutating func placeName(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    Folding.letters(bytes, into: &folded)
    return vocabulary.places.intern(folded)
  }

  /// 郑州路215号30栋315室 is street 郑州路 and number 21530315; so is 郑州路21530-315.
  private mutating func line(_ bytes: UnsafeBufferPointer<UInt8>) {
    Folding.letters(bytes, into: &folded)
    guard let digit = folded.firstIndex(where: Self.isDigit) else {
      row[Trait.street.rawValue] = vocabulary[.street].intern(folded)
      return
    }
    let number = folded[digit...].filter(Self.isDigit)
    row[Trait.houseNumber.rawValue] = vocabulary[.houseNumber].intern(number)
    row[Trait.street.rawValue] = vocabulary[.street].intern(Array(folded[..<digit]))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
