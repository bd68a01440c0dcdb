extension Sequence<String> {
  /// The name that was probably meant: the nearest by edits, at most two fifths of the letters
  /// away.
  func nearest(to name: String) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let target = Array(name.lowercased().utf8)
    let limit = Swift.max(1, target.count * 2 / 5)
    var best: (name: String, distance: Int)?
    for candidate in self where abs(candidate.utf8.count - target.count) <= limit {
      let distance = Self.edits(Array(candidate.lowercased().utf8), target)
      if distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    guard let best, best.distance <= limit else { return nil }
    return best.name
  }

  private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (line, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in right.enumerated() {
        let substituted = diagonal + (byte == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(substituted, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
