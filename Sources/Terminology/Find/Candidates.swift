/// Codes of one system that may be what names of another mean, by how alike they are written.
package struct Candidates: Sendable {
  package struct Candidate: Sendable, Hashable {
    package var place: Int
    /// From 0 to 1: twice the common pairs of letters by all of both names.
    package var likeness: Double
  }

  /// Names less alike than this are not offered.
  static let leastLikeness = 0.3

  /// For each name the codes that are most like it, the best first.
  ///
  /// The target is gone through once, whatever the number of names.
  package static func find(_ names: [String], in target: CodeSystem, limit: Int)
    -> [[Candidate]]
  {
    let pairs = names.map { Self.pairs($0) }
    var owners: [UInt64: [Int]] = [:]
    for (name, pairs) in pairs.enumerated() {
      for pair in pairs { owners[pair, default: []].append(name) }
    }
    var found = [[Candidate]](repeating: [], count: names.count)
    var common = [Int](repeating: 0, count: names.count)
    for place in 0..<target.count where !target.isInactive(place) {
      var best: [Int: Double] = [:]
      let texts =
        [target.display(place) ?? ""] + target.designations(place).map(\.value)
      for text in texts {
        let own = Self.pairs(text)
        var met: [Int] = []
        for pair in own {
          for name in owners[pair] ?? [] {
            if common[name] == 0 { met.append(name) }
            common[name] += 1
          }
        }
        for name in met {
          let likeness = 2 * Double(common[name]) / Double(own.count + pairs[name].count)
          common[name] = 0
          if likeness >= leastLikeness { best[name] = max(best[name] ?? 0, likeness) }
        }
      }
      for (name, likeness) in best {
        keep(Candidate(place: place, likeness: likeness), in: &found[name], limit)
      }
    }
    return found
  }

  private static func keep(_ new: Candidate, in list: inout [Candidate], _ limit: Int) {
    let place = list.firstIndex { $0.likeness < new.likeness } ?? list.count
    guard place < limit else { return }
    list.insert(new, at: place)
    if list.count > limit { list.removeLast() }
  }

  /// The pairs of neighbouring letters, with the ends marked, each once; signs do not count.
  private static func pairs(_ text: String) -> Set<UInt64> {
    var pairs: Set<UInt64> = []
    var last: UInt64 = 0
    for scalar in text.lowercased().unicodeScalars
    where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
      pairs.insert(last << 32 | UInt64(scalar.value))
      last = UInt64(scalar.value)
    }
    if last != 0 { pairs.insert(last << 32) }
    return pairs
  }
}
