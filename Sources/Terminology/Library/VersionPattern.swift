/// How versions are chosen and compared: parts between dots, numbers as numbers.
package enum VersionPattern {
  /// Whether a version is meant by another that may leave parts open, such as `1.0.x`.
  package static func matches(_ version: String, _ pattern: String) -> Bool {
    if version == pattern { return true }
    guard isOpen(pattern) else { return false }
    let wanted = pattern.split(separator: ".", omittingEmptySubsequences: false)
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= wanted.count, parts.count == wanted.count || isOpenPart(wanted.last)
    else { return false }
    return zip(wanted, parts).allSatisfy { isOpenPart($0) || $0 == $1 }
  }

  /// Whether a pattern leaves a part open.
  package static func isOpen(_ pattern: String) -> Bool {
    pattern.split(separator: ".").contains { isOpenPart($0) }
  }

  private static func isOpenPart(_ part: Substring?) -> Bool {
    part == "x" || part == "X" || part == "*"
  }

  /// Whether the first version is older; digits compare by value, so `1.9` is older than `1.10`.
  package static func isOlder(_ first: String?, _ second: String?) -> Bool {
    guard let first else { return second != nil }
    guard let second else { return false }
    let (left, right) = (runs(first), runs(second))
    for (one, other) in zip(left, right) where one != other {
      guard let value = UInt64(one), let otherValue = UInt64(other) else { return one < other }
      if value != otherValue { return value < otherValue }
    }
    return left.count < right.count
  }

  /// The runs of digits and of other characters, without the dots between them.
  private static func runs(_ version: String) -> [Substring] {
    version.split { ".-_+".contains($0) }.flatMap { part -> [Substring] in
      var runs: [Substring] = []
      var start = part.startIndex
      for place in part.indices.dropFirst() {
        let before = part[part.index(before: place)]
        if isDigit(before) != isDigit(part[place]) {
          runs.append(part[start..<place])
          start = place
        }
      }
      runs.append(part[start...])
      return runs
    }
  }

  private static func isDigit(_ character: Character) -> Bool {
    character.isASCII && character.isNumber
  }
}

/// A canonical URL with the version behind its bar.
/// <https://hl7.org/fhir/R4/references.html#canonical>
package struct Canonical: Hashable, Sendable, CustomStringConvertible {
  package var url: String
  package var version: String?

  package init(url: String, version: String? = nil) {
    self.url = url
    self.version = version
  }

  package init(_ text: String) {
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    url = parts.first.map(String.init) ?? text
    version = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
  }

  package var description: String { version.map { "\(url)|\($0)" } ?? url }
}
