/// How near two spellings are.
enum Spelling {
  /// Longer texts are compared by their first bytes.
  static let longest = 63

  /// Jaro's similarity with Winkler's reward for a common prefix, from 0 to 1.
  ///
  /// W. E. Winkler, String Comparator Metrics and Enhanced Decision Rules in the Fellegi–Sunter
  /// Model of Record Linkage (1990).
  static func jaroWinkler(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Float {
    let (lengthOfOne, lengthOfOther) = (min(one.count, longest), min(other.count, longest))
    guard lengthOfOne > 0, lengthOfOther > 0 else { return 0 }
    let window = max(max(lengthOfOne, lengthOfOther) / 2 - 1, 0)
    var (hitsOfOne, hitsOfOther): (UInt64, UInt64) = (0, 0)
    for place in 0..<lengthOfOne {
      let letter = one[place]
      var candidate = max(0, place - window)
      let to = min(lengthOfOther, place + window + 1)
      while candidate < to {
        if other[candidate] == letter, hitsOfOther >> UInt64(candidate) & 1 == 0 {
          hitsOfOne |= 1 << UInt64(place)
          hitsOfOther |= 1 << UInt64(candidate)
          break
        }
        candidate &+= 1
      }
    }
    let matches = Float(hitsOfOne.nonzeroBitCount)
    guard matches > 0 else { return 0 }
    var transpositions = 0
    var restOfOther = hitsOfOther
    var restOfOne = hitsOfOne
    while restOfOne != 0 {
      if one[restOfOne.trailingZeroBitCount] != other[restOfOther.trailingZeroBitCount] {
        transpositions += 1
      }
      restOfOne &= restOfOne &- 1
      restOfOther &= restOfOther &- 1
    }
    let jaro =
      (matches / Float(lengthOfOne) + matches / Float(lengthOfOther)
        + (matches - Float(transpositions / 2)) / matches) / 3
    var prefix = 0
    while prefix < min(4, lengthOfOne, lengthOfOther), one[prefix] == other[prefix] { prefix += 1 }
    return jaro + Float(prefix) * 0.1 * (1 - jaro)
  }

  /// Insertions, deletions, replacements and exchanges of neighbours, as far as 2; 3 is more.
  static func distance(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard abs(one.count - other.count) <= 2 else { return 3 }
    var start = 0
    let shorter = min(one.count, other.count)
    while start < shorter, one[start] == other[start] { start += 1 }
    var (endOfOne, endOfOther) = (one.count, other.count)
    while endOfOne > start, endOfOther > start, one[endOfOne - 1] == other[endOfOther - 1] {
      endOfOne -= 1
      endOfOther -= 1
    }
    let (restOfOne, restOfOther) = (endOfOne - start, endOfOther - start)
    if restOfOne <= 1, restOfOther <= 1 { return max(restOfOne, restOfOther) }
    if restOfOne == 2, restOfOther == 2, one[start] == other[start + 1],
      one[start + 1] == other[start]
    {
      return 1
    }
    if restOfOne <= 2, restOfOther <= 2 { return 2 }
    return isWithinTwo(
      UnsafeBufferPointer(rebasing: one[start..<endOfOne]),
      UnsafeBufferPointer(rebasing: other[start..<endOfOther])) ? 2 : 3
  }

  /// Whether two edits make one of the other: tries each edit at the first difference.
  private static func isWithinTwo(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    // One edit here, and what remains must be within one.
    remains(one, 1, other, 1) || remains(one, 1, other, 0) || remains(one, 0, other, 1)
      || (one.count > 1 && other.count > 1 && one[0] == other[1] && one[1] == other[0]
        && remains(one, 2, other, 2))
  }

  private static func remains(
    _ one: UnsafeBufferPointer<UInt8>, _ skipOne: Int, _ other: UnsafeBufferPointer<UInt8>,
    _ skipOther: Int
  ) -> Bool {
    guard one.count >= skipOne, other.count >= skipOther else { return false }
    var (left, right) = (skipOne, skipOther)
    while left < one.count, right < other.count, one[left] == other[right] {
      left += 1
      right += 1
    }
    let (restOfOne, restOfOther) = (one.count - left, other.count - right)
    if restOfOne == 0 || restOfOther == 0 { return max(restOfOne, restOfOther) <= 1 }
    return isSame(one, left + 1, other, right + 1) || isSame(one, left + 1, other, right)
      || isSame(one, left, other, right + 1)
      || (restOfOne > 1 && restOfOther > 1 && one[left] == other[right + 1]
        && one[left + 1] == other[right] && isSame(one, left + 2, other, right + 2))
  }

  private static func isSame(
    _ one: UnsafeBufferPointer<UInt8>, _ left: Int, _ other: UnsafeBufferPointer<UInt8>,
    _ right: Int
  ) -> Bool {
    guard one.count - left == other.count - right, left <= one.count else { return false }
    var place = 0
    while left + place < one.count {
      if one[left + place] != other[right + place] { return false }
      place += 1
    }
    return true
  }

  /// How many of eight digits differ; an exchange of neighbours is one difference.
  static func distance(ofDates one: UInt32, _ other: UInt32) -> Int {
    var (left, right) = (one, other)
    var differing = 0
    var last: (place: Int, left: UInt32, right: UInt32) = (-2, 0, 0)
    for place in 0..<8 {
      let (a, b) = (left % 10, right % 10)
      left /= 10
      right /= 10
      guard a != b else { continue }
      if last.place == place - 1, last.left == b, last.right == a {
        last.place = -2
        continue
      }
      differing += 1
      last = (place, a, b)
    }
    return differing
  }
}
