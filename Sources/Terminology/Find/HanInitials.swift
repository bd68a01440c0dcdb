import FHIR

/// The first letters of how Han characters are read, from Data/people/pinyin.tsv.
struct HanInitials: Sendable {
  static let shared = HanInitials()

  private let letters: [Unicode.Scalar: UInt8]

  private init() {
    var letters: [Unicode.Scalar: UInt8] = [:]
    EmbeddedTable("people/pinyin.tsv").forEachRow(columns: 3) { row in
      guard let letter = row[0].first else { return }
      for scalar in row[1].text.unicodeScalars { letters[scalar] = letter }
    }
    self.letters = letters
  }

  /// `gxy` of 高血压; letters and digits stand for themselves, all else for nothing.
  func of(_ text: String) -> [UInt8] {
    text.unicodeScalars.compactMap { scalar in
      if let letter = letters[scalar] { return letter }
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.value < 0x3A)
      return isPlain && scalar.value > 0x2F ? UInt8(scalar.value) : nil
    }
  }
}
