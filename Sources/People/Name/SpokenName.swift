/// A whole name as a registrar writes it, divided, with its sound in pinyin.
///
/// A name joined by a dot, as in 阿依古丽·买买提, has no family name. Characters whose reading is not
/// known stay as they are, so that nothing of a name is lost.
package struct SpokenName: Hashable, Sendable {
  package let text: String
  /// Nil where no part is a family name.
  package let family: String?
  package let given: String
  /// Such as `Ouyang`.
  package let familySound: String?
  package let givenSound: String

  private static let dots: Set<Character> = ["\u{B7}", "\u{2022}", "\u{2027}", "\u{30FB}"]

  package init(_ text: String) {
    self.text = text
    let scalars = Array(text.unicodeScalars)
    let hasHan = scalars.contains { (0x3400...0x9FFF).contains($0.value) || $0.value >= 0x20000 }
    guard hasHan, scalars.count > 1, !text.contains(where: Self.dots.contains) else {
      family = nil
      given = text
      familySound = nil
      givenSound = text.split(whereSeparator: Self.dots.contains)
        .map { Self.sound($0.unicodeScalars.map(\.value)) }.joined(separator: " ")
      return
    }
    let values = scalars.map(\.value)
    let isCompound = scalars.count > 2 && HanReading.shared.isCompound(values.prefix(2))
    let length = isCompound ? 2 : 1
    family = Self.text(scalars.prefix(length))
    given = Self.text(scalars.dropFirst(length))
    let reading = HanReading.shared.surname(Array(values.prefix(length)))
    familySound =
      reading.map { Self.capitalized(String(decoding: $0, as: UTF8.self)) }
      ?? Self.sound(Array(values.prefix(length)))
    givenSound = Self.sound(Array(values.dropFirst(length)))
  }

  /// The whole name by its sound, such as `Ouyang Xiu`.
  package var sound: String {
    [familySound, givenSound].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// The first readings together, the first letter a capital.
  private static func sound(_ scalars: [UInt32]) -> String {
    var out = ""
    for scalar in scalars {
      if let number = HanReading.shared.numbers(of: scalar).first {
        out += String(decoding: HanReading.shared.syllables[Int(number)], as: UTF8.self)
      } else if let scalar = Unicode.Scalar(scalar) {
        out.unicodeScalars.append(scalar)
      }
    }
    return capitalized(out)
  }

  private static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}
