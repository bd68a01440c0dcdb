/// The syllables of names written by their sound, without tones or separators.
///
/// GB/T 28039-2011 writes names in pinyin; people leave out spaces and type initials.
enum Pinyin {
  private static let initials = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r",
    "z", "c", "s", "y", "w", "",
  ]
  private static let finals: Set<String> = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er", "i", "ia", "ie", "iao",
    "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un", "uang",
    "ong", "v", "ve", "ue",
  ]
  private static let longestSyllable = 6
  /// Texts beyond are no name.
  static let longestText = 30

  /// Whether a text is one syllable.
  static func isSyllable(_ text: some StringProtocol) -> Bool {
    guard text.count <= longestSyllable else { return false }
    return initials.contains { initial in
      text.hasPrefix(initial) && finals.contains(String(text.dropFirst(initial.count)))
        && !(initial.isEmpty && ["i", "u", "v"].contains(text.first))
    }
  }

  /// The syllables of a text without separators, each as long as can be; nil where it has none.
  static func syllables(_ text: String) -> [String]? {
    guard text.count <= longestText else { return nil }
    return split(Substring(text.lowercased()))
  }

  private static func split(_ text: Substring) -> [String]? {
    guard !text.isEmpty else { return [] }
    for length in stride(from: min(longestSyllable, text.count), to: 0, by: -1) {
      let head = text.prefix(length)
      guard isSyllable(head), let rest = split(text.dropFirst(length)) else { continue }
      return [String(head)] + rest
    }
    return nil
  }

  /// The first letters of the syllables of each word: `Zhang Jianguo` is `zjg`.
  static func initials(of name: String) -> String {
    name.split(separator: " ").map { word in
      let syllables = syllables(String(word)) ?? [word.lowercased()]
      return String(syllables.compactMap(\.first))
    }.joined()
  }
}
