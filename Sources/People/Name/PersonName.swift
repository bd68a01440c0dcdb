/// A name in two parts, folded; either may be empty.
///
/// Chinese order is surname first; a dot divides given name and father's or clan's name, as in
/// 阿依古丽·买买提.
struct PersonName: Hashable, Sendable {
  var surname: [UInt8] = []
  var given: [UInt8] = []

  private static let dots: Set<UInt32> = [0xB7, 0x2022, 0x2027, 0x30FB, 0xFF0E, 0x2E, 0xFF65]
  /// Of a longer name, the rest is left out of comparison.
  static let longestInScalars = 64

  init(surname: [UInt8], given: [UInt8]) {
    self.surname = surname
    self.given = given
  }

  /// Divides a whole name.
  init(whole text: UnsafeBufferPointer<UInt8>) {
    // Full-width letters are letters.
    let scalars = text.scalars.prefix(Self.longestInScalars).map {
      (0xFF01...0xFF5E).contains($0) && $0 != 0xFF0E ? $0 - 0xFEE0 : $0
    }[...]
    guard scalars.contains(where: Self.isHan) else {
      self.init(latin: scalars)
      return
    }
    if let dot = scalars.firstIndex(where: { Self.dots.contains($0) }) {
      self.init(
        surname: Self.fold(scalars[(dot + 1)...]), given: Self.fold(scalars[..<dot]))
    } else {
      self.init(han: Self.fold(scalars))
    }
  }

  private init(han folded: [UInt8]) {
    let scalars = folded.withUnsafeBufferPointer { $0.scalars }
    let length = HanReading.shared.isCompound(scalars.prefix(2)) && scalars.count > 2 ? 2 : 1
    surname = Self.encode(scalars.prefix(length))
    given = Self.encode(scalars.dropFirst(length))
  }

  /// Surname first, unless another word is the one in capitals, as in `Xiu OUYANG`.
  private init(latin scalars: ArraySlice<UInt32>) {
    let words = scalars.split { $0 == 0x20 || $0 == 0x3000 || $0 == 0x2C || $0 == 0x09 }
    guard words.count > 1 else {
      given = Self.fold(scalars)
      return
    }
    func isCapital(_ word: ArraySlice<UInt32>) -> Bool {
      word.count > 1 && !word.contains { (0x61...0x7A).contains($0) }
    }
    let capitals = words.indices.filter { isCapital(words[$0]) }
    let place = capitals.count == 1 ? capitals[0] : 0
    surname = Self.fold(words[place])
    given = words.indices.filter { $0 != place }.flatMap { Self.fold(words[$0]) }
  }

  private static func isHan(_ scalar: UInt32) -> Bool {
    (0x3007...0x9FFF).contains(scalar) || (0xF900...0xFAFF).contains(scalar) || scalar >= 0x20000
  }

  private static func encode(_ scalars: ArraySlice<UInt32>) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for scalar in scalars.compactMap(Unicode.Scalar.init) { text.append(scalar) }
    return Array(String(text).utf8)
  }

  private static func fold(_ scalars: ArraySlice<UInt32>) -> [UInt8] {
    var folded: [UInt8] = []
    encode(scalars).withUnsafeBufferPointer { Folding.letters($0, into: &folded) }
    return folded
  }
}
