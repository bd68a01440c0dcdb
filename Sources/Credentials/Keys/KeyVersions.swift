package import FHIR
package import Trust

/// The versions of one key: which makes new cards, and which are still accepted.
package struct KeyVersions: Sendable {
  /// A version number that a card or terminal carries in one byte.
  package static let largestNumber: UInt8 = 255

  package struct Version: Sendable {
    package let number: UInt8
    package let key: any SymmetricKey
    /// From when it makes new keys.
    package let begins: Instant
    /// Until when it makes new keys; nil while it is the newest.
    package fileprivate(set) var ends: Instant?
    /// Until when keys made with it are accepted; nil without end.
    package fileprivate(set) var acceptedUntil: Instant?

    package init(
      number: UInt8, key: any SymmetricKey, begins: Instant, ends: Instant? = nil,
      acceptedUntil: Instant? = nil
    ) {
      self.number = number
      self.key = key
      self.begins = begins
      self.ends = ends
      self.acceptedUntil = acceptedUntil
    }
  }

  package private(set) var versions: [Version]

  /// The first version of a key.
  package init(_ key: any SymmetricKey, begins: Instant) {
    versions = [Version(number: 1, key: key, begins: begins)]
  }

  private init(_ versions: [Version]) { self.versions = versions }

  /// The versions of a key as they were kept: numbered from 1 without a gap, each later.
  package init(restoring versions: [Version]) throws(Anomaly) {
    let isRight =
      !versions.isEmpty && versions.count <= Int(Self.largestNumber)
      && versions.enumerated().allSatisfy { Int($1.number) == $0 + 1 }
      && zip(versions, versions.dropFirst()).allSatisfy { left, right in
        left.begins.milliseconds < right.begins.milliseconds
      }
    guard isRight else {
      throw .incorrect(
        "The versions of a key are numbered from 1 and follow each other.",
        chinese: "密钥版本应从1连续编号，且依次启用。", code: .structure)
    }
    self.init(versions)
  }

  /// The version that makes new keys at a moment.
  package func current(at moment: Instant) throws(Anomaly) -> Version {
    let now = moment.milliseconds
    let found = versions.last { version in
      version.begins.milliseconds <= now
        && (version.ends.map { now < $0.milliseconds } ?? true)
        && (version.acceptedUntil.map { now < $0.milliseconds } ?? true)
    }
    guard let found else {
      throw .conflict("No version of the key is in use now.", chinese: "当前没有可用的密钥版本。")
    }
    return found
  }

  /// The version that a card or terminal names, as long as it is accepted.
  package func accepted(_ number: UInt8, at moment: Instant) throws(Anomaly) -> Version {
    guard let version = versions.first(where: { $0.number == number }) else {
      throw .notFound("There is no key version \(number).", chinese: "没有密钥版本\(number)。")
    }
    let now = moment.milliseconds
    guard version.begins.milliseconds <= now,
      version.acceptedUntil.map({ now < $0.milliseconds }) ?? true
    else {
      throw Anomaly(
        .forbidden, "Key version \(number) is not accepted now.",
        chinese: "密钥版本\(number)当前不被接受。", code: .expired)
    }
    return version
  }

  /// Begins a new version; cards of the old ones are accepted until the given moment.
  package mutating func rotate(
    to key: any SymmetricKey, at moment: Instant, oldAcceptedUntil end: Instant
  ) throws(Anomaly) {
    guard let last = versions.last, last.number < Self.largestNumber else {
      throw .conflict("The key has 255 versions already.", chinese: "密钥版本号已用尽。")
    }
    guard moment.milliseconds > last.begins.milliseconds,
      end.milliseconds >= moment.milliseconds
    else {
      throw .incorrect(
        "A version begins after the one before, which is accepted at least until then.",
        chinese: "新版本须晚于旧版本启用，旧版本须至少接受到新版本启用之时。")
    }
    for place in versions.indices {
      versions[place].ends = min(versions[place].ends, moment)
      versions[place].acceptedUntil = min(versions[place].acceptedUntil, end)
    }
    versions.append(Version(number: last.number + 1, key: key, begins: moment))
  }

  /// Stops accepting a version at once, because its key became known.
  package mutating func withdraw(_ number: UInt8, at moment: Instant) throws(Anomaly) {
    guard let place = versions.firstIndex(where: { $0.number == number }) else {
      throw .notFound("There is no key version \(number).", chinese: "没有密钥版本\(number)。")
    }
    versions[place].ends = min(versions[place].ends, moment)
    versions[place].acceptedUntil = min(versions[place].acceptedUntil, moment)
  }

  private func min(_ left: Instant?, _ right: Instant) -> Instant {
    guard let left else { return right }
    return left.milliseconds < right.milliseconds ? left : right
  }

  /// The same versions one step down: each key diversified by the block.
  func diversified(by block: [UInt8]) throws(Anomaly) -> KeyVersions {
    var children: [Version] = []
    for version in versions {
      children.append(
        Version(
          number: version.number, key: try version.key.diversified(by: block),
          begins: version.begins, ends: version.ends, acceptedUntil: version.acceptedUntil))
    }
    return KeyVersions(children)
  }
}
