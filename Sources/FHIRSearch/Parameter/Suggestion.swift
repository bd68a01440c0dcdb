/// The nearest of many names to one that was misspelt.
enum Suggestion {
  /// How many letters may be wrong.
  static let limit = 3

  /// The name with the fewest changes of a letter, if they are few; the first by alphabet of
  /// several.
  static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let allowed = min(limit, max(1, name.count / 2))
    var best: (name: String, distance: Int)?
    for candidate in names.sorted() {
      let distance = distance(Array(name.lowercased()), Array(candidate.lowercased()))
      if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Levenshtein's distance, where a swap of two neighbours counts as one change.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard abs(left.count - right.count) <= limit, left.count <= 64 else { return Int.max }
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
