import FHIR

/// Finds what was probably meant by a name that does not exist.
enum Likeness {
  /// How many letters may differ.
  static let reach = 3
  /// Longer names are not compared.
  static let longest = 64

  /// The known name that is nearest, or nil when none is near.
  static func nearest(to name: String, among known: some Sequence<String>) -> String? {
    let letters = Array(name.lowercased().utf8)
    guard letters.count <= longest else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in known {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - letters.count) <= reach else { continue }
      let distance = distance(letters, other)
      let bound = min(reach, max(1, letters.count / 2))
      if distance <= bound, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// How many letters must be put in, taken out or changed to make one word of the other
  /// (Levenshtein).
  static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in 0..<other.count {
        let change = diagonal + (letter == other[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(change, row[column] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }
}
