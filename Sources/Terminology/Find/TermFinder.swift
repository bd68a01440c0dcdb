/// Finds concepts by code, by name and by the first letters of a name's pinyin.
package struct TermFinder: Sendable {
  package struct Found: Sendable {
    package var system: CodeSystem
    package var place: Int
  }

  /// What is looked for, in small letters.
  private let wanted: String
  private let wantedBytes: [UInt8]
  private let initials: HanInitials?

  /// The most characters that are looked for.
  static let longestText = 100
  /// Fewer letters than this are no initials: too much begins with them.
  private static let fewestInitials = 2
  /// Fewer letters than this are not looked for within a name.
  private static let fewestInitialsWithin = 3

  package init(_ text: String) {
    wanted = String(text.prefix(Self.longestText)).lowercased()
    wantedBytes = Array(wanted.utf8)
    let areLetters = wantedBytes.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
    }
    initials = areLetters && wantedBytes.count >= Self.fewestInitials ? .shared : nil
  }

  /// The concepts that fit, the best first, and how many fit in all.
  package func find(in systems: [CodeSystem], limit: Int) -> (found: [Found], total: Int) {
    guard !wanted.isEmpty else { return ([], 0) }
    var ranked: [(rank: Int, length: Int, found: Found)] = []
    for system in systems {
      for place in 0..<system.count {
        guard let rank = rank(system, place) else { continue }
        let length = system.display(place)?.utf8.count ?? 0
        ranked.append((rank, length, Found(system: system, place: place)))
      }
    }
    ranked.sort { ($0.rank, $0.length) < ($1.rank, $1.length) }
    return (ranked.prefix(limit).map(\.found), ranked.count)
  }

  /// How well a concept fits, 0 the best; nil when not.
  private func rank(_ system: CodeSystem, _ place: Int) -> Int? {
    let code = system.code(place).lowercased()
    if code == wanted { return 0 }
    let display = system.display(place)?.lowercased() ?? ""
    if display == wanted { return 1 }
    if code.hasPrefix(wanted) { return 2 }
    if display.hasPrefix(wanted) { return 3 }
    if contains(display) { return 4 }
    if system.designations(place).contains(where: { contains($0.value.lowercased()) }) {
      return 5
    }
    guard let initials else { return nil }
    let letters = initials.of(display)
    if letters.starts(with: wantedBytes) { return 6 }
    let isTelling = wantedBytes.count >= Self.fewestInitialsWithin
    return isTelling && letters.withUnsafeBufferPointer(contains) ? 7 : nil
  }

  /// By bytes: characters would cost more than all the rest.
  private func contains(_ text: String) -> Bool {
    var text = text
    return text.withUTF8(contains)
  }

  private func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= wantedBytes.count else { return false }
    let first = wantedBytes[0]
    for start in 0...(bytes.count - wantedBytes.count)
    where bytes[start] == first
      && UnsafeBufferPointer(rebasing: bytes[start..<start + wantedBytes.count])
        .elementsEqual(wantedBytes)
    {
      return true
    }
    return false
  }
}
