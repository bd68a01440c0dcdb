import FHIR

/// How Han characters are read, which are variants, and which surnames are read otherwise.
struct HanReading: Sendable {
  static let shared = HanReading()

  /// Syllables by number; number 0 is none.
  let syllables: [[UInt8]]
  private let numbers: [[UInt8]: UInt16]
  /// Readings of the basic plane from `firstScalar`: place in `readings` and how many.
  private let basic: [UInt32]
  private let beyond: [UInt32: UInt32]
  private let readings: [UInt16]
  private let variants: [UInt32: UInt32]
  private let surnames: [[UInt32]: [UInt8]]

  private static let firstScalar: UInt32 = 0x3400
  private static let lastScalar: UInt32 = 0x9FFF
  /// No syllable of Mandarin is longer.
  static let longestSyllable = 6

  private init() {
    var syllables: [[UInt8]] = [[]]
    var found: [UInt32: [UInt16]] = [:]
    var further: [(UInt32, UInt16)] = []
    EmbeddedTable("people/pinyin.tsv").forEachRow(columns: 3) { row in
      let number = UInt16(syllables.count)
      syllables.append(Array(row[0]))
      for scalar in row[1].text.unicodeScalars { found[scalar.value, default: []].append(number) }
      for scalar in row[2].text.unicodeScalars { further.append((scalar.value, number)) }
    }
    for (scalar, number) in further { found[scalar, default: []].append(number) }
    var basic = [UInt32](repeating: 0, count: Int(Self.lastScalar - Self.firstScalar) + 1)
    var beyond: [UInt32: UInt32] = [:]
    var readings: [UInt16] = []
    for (scalar, numbers) in found {
      // The place in the upper bits, the count in the lower four.
      let entry = UInt32(readings.count) << 4 | UInt32(min(numbers.count, 15))
      readings += numbers.prefix(15)
      if (Self.firstScalar...Self.lastScalar).contains(scalar) {
        basic[Int(scalar - Self.firstScalar)] = entry
      } else {
        beyond[scalar] = entry
      }
    }
    self.syllables = syllables
    numbers = Dictionary(
      uniqueKeysWithValues: syllables.enumerated().dropFirst().map { ($1, UInt16($0)) })
    self.basic = basic
    self.beyond = beyond
    self.readings = readings
    variants = Self.readVariants()
    surnames = Self.readSurnames()
  }

  private static func readVariants() -> [UInt32: UInt32] {
    var variants: [UInt32: UInt32] = [:]
    EmbeddedTable("people/variants.tsv").forEachRow(columns: 2) { row in
      guard let usual = row[0].text.unicodeScalars.first else { return }
      for variant in row[1].text.unicodeScalars { variants[variant.value] = usual.value }
    }
    return variants
  }

  private static func readSurnames() -> [[UInt32]: [UInt8]] {
    var surnames: [[UInt32]: [UInt8]] = [:]
    EmbeddedTable("people/surnames.tsv").forEachRow(columns: 2) { row in
      surnames[row[0].text.unicodeScalars.map(\.value)] = row[1].filter { $0 != 0x20 }
    }
    return surnames
  }

  /// The numbers of a character's readings, the first one first.
  func numbers(of scalar: UInt32) -> ArraySlice<UInt16> {
    let entry: UInt32
    if scalar >= Self.firstScalar, scalar <= Self.lastScalar {
      entry = basic[Int(scalar - Self.firstScalar)]
    } else {
      entry = beyond[scalar] ?? 0
    }
    let place = Int(entry >> 4)
    return readings[place..<place + Int(entry & 15)]
  }

  /// The character that stands for all its variants.
  func canonical(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard scalar.value >= Self.firstScalar, let usual = variants[scalar.value] else {
      return scalar
    }
    return Unicode.Scalar(usual) ?? scalar
  }

  /// How a surname is read where that differs from the first readings of its characters.
  func surname(_ scalars: [UInt32]) -> [UInt8]? { surnames[scalars] }

  /// Whether the two characters are one surname, such as 欧阳.
  func isCompound(_ scalars: ArraySlice<UInt32>) -> Bool {
    scalars.count == 2 && surnames[Array(scalars)] != nil
  }

  /// Whether two characters share a reading.
  func sharesReading(_ one: UInt32, _ other: UInt32) -> Bool {
    let others = numbers(of: other)
    return numbers(of: one).contains { others.contains($0) }
  }

  /// Whether Latin letters can be a reading of the characters, each by any of its readings.
  func reads(_ scalars: ArraySlice<UInt32>, as latin: ArraySlice<UInt8>) -> Bool {
    guard let first = scalars.first else { return latin.isEmpty }
    return numbers(of: first).contains { number in
      let syllable = syllables[Int(number)]
      return latin.starts(with: syllable)
        && reads(scalars.dropFirst(), as: latin.dropFirst(syllable.count))
    }
  }

  /// Whether Latin letters are syllables of Mandarin from end to end.
  func isPinyin(_ latin: ArraySlice<UInt8>) -> Bool {
    guard !latin.isEmpty else { return true }
    for length in stride(from: min(Self.longestSyllable, latin.count), to: 0, by: -1)
    where numbers[Array(latin.prefix(length))] != nil && isPinyin(latin.dropFirst(length)) {
      return true
    }
    return false
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The scalars of valid UTF-8.
  var scalars: [UInt32] { String(decoding: self, as: UTF8.self).unicodeScalars.map(\.value) }
}
