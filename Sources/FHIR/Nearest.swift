extension Sequence<String> {
  /// The name that was probably meant by one that does not exist: the fewest letters differ, if few
  /// do.
  ///
  /// Of several equally near the first by alphabet; capitals do not count.
  package func nearest(to name: String) -> String? {
    let letters = Array(name.lowercased())
    guard letters.count <= Nearness.longest else { return nil }
    let bound = Swift.min(Nearness.reach, Swift.max(1, letters.count / 2))
    var best: (name: String, distance: Int)?
    for candidate in self {
      let distance = Nearness.distance(letters, Array(candidate.lowercased()))
      guard distance <= bound else { continue }
      if let best, (best.distance, best.name) <= (distance, candidate) { continue }
      best = (candidate, distance)
    }
    return best?.name
  }
}

/// How far two names are from each other.
private enum Nearness {
  /// How many letters may be wrong.
  static let reach = 3
  /// Longer names are not compared.
  static let longest = 64

  /// How many letters must be put in, taken out, changed or swapped with their neighbour.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard abs(left.count - right.count) <= reach else { return .max }
    var before: [Int] = []
    var above = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var line = [row + 1]
      for (column, other) in right.enumerated() {
        var least = min(line[column] + 1, above[column + 1] + 1)
        least = min(least, above[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          least = min(least, before[column - 1] + 1)
        }
        line.append(least)
      }
      before = above
      above = line
    }
    return above[right.count]
  }
}
