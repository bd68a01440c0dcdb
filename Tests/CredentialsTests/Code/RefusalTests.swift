import Credentials
import FHIR
import TestSupport
import Testing
import Trust

/// Ten thousand attacks on genuine codes, seeded.
@Suite("Attacks on health codes") struct RefusalTests {
  private enum Attack: CaseIterable {
    case character, bit, card, splice, life, forgery, replay, expiry, revocation
  }

  @Test func `ten thousand altered, replayed, expired and revoked codes are refused`() throws {
    let issuing = try Issuing()
    let forger = try Issuing()
    var random = SeededRandom(seed: 10_000)
    let codes = try (0..<100).map { try issuing.code("CARD-\($0)", nonce: random.bytes(12)) }
    let verifier = try issuing.verifier(revoked: (100..<200).map { "CARD-\($0)" })
    let lost = try (100..<120).map { try issuing.code("CARD-\($0)", nonce: random.bytes(12)) }
    let forged = try (0..<20).map { try forger.code("CARD-\($0)", nonce: random.bytes(12)) }
    var counts: [Attack: Int] = [:]
    var accepted: [String] = []
    for trial in 0..<10_000 {
      let attack = Attack.allCases[trial % Attack.allCases.count]
      let code = codes[random.below(codes.count)]
      var terminal = verifier
      var moment = Issuing.now.adding(seconds: Int64(random.below(60)))
      var text = code.text
      switch attack {
      case .character: text = Self.changeCharacter(of: text, &random)
      case .bit: text = Self.changeBit(of: text, &random)
      case .card: text = text.replacing("\(code.healthCardID):", with: "CARD-\(100 + trial):")
      case .splice: text = Self.splice(code, codes[(trial + 1) % codes.count], &random)
      case .life: text = Self.prolong(text, &random)
      case .forgery: text = forged[random.below(forged.count)].text
      case .replay: #expect(try terminal.verify(text, at: moment) == .accepted(code))
      case .expiry: moment = Issuing.now.adding(seconds: 60 + Int64(random.below(100_000)))
      case .revocation: text = lost[random.below(lost.count)].text
      }
      switch try terminal.verify(text, at: moment) {
      case .accepted: accepted.append("\(attack) \(text)")
      case .refused: counts[attack, default: 0] += 1
      }
    }
    let refused = counts.values.reduce(0, +)
    print("CONFORMANCE health codes refused: \(refused)/10000")
    #expect(accepted.isEmpty && refused == 10_000, "\(accepted.prefix(3))")
    #expect(counts.count == Attack.allCases.count)
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.".utf8)

  private static func changeCharacter(
    of text: String, _ random: inout SeededRandom
  ) -> String {
    var characters = Array(text.utf8)
    let place = random.below(characters.count)
    let old = characters[place]
    while characters[place] == old {
      characters[place] = alphabet[random.below(alphabet.count)]
    }
    return String(decoding: characters, as: UTF8.self)
  }

  /// One bit of the text's bytes.
  private static func changeBit(of text: String, _ random: inout SeededRandom) -> String {
    var characters = Array(text.utf8)
    characters[random.below(characters.count)] ^= 1 << UInt8(random.below(7))
    return String(decoding: characters, as: UTF8.self)
  }

  /// The beginning of one code with the end of another.
  private static func splice(
    _ left: HealthCode, _ right: HealthCode, _ random: inout SeededRandom
  ) -> String {
    guard left != right else { return changeCharacter(of: left.text, &random) }
    let (head, tail) = (Array(left.text.utf8), Array(right.text.utf8))
    let place = left.healthCardID.utf8.count + 20 + random.below(40)
    return String(decoding: head.prefix(place) + tail.suffix(head.count - place), as: UTF8.self)
  }

  /// Another time or life in the body, which begins behind the second colon.
  private static func prolong(_ text: String, _ random: inout SeededRandom) -> String {
    var characters = Array(text.utf8)
    let colons = characters.indices.filter { characters[$0] == UInt8(ascii: ":") }
    let place = colons[1] + 13 + random.below(8)
    let old = characters[place]
    while characters[place] == old { characters[place] = alphabet[random.below(64)] }
    return String(decoding: characters, as: UTF8.self)
  }
}
