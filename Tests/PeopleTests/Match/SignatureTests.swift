import Testing

@testable import People

/// A signature may only say that texts are unlike when reading them would say so too.
@Suite struct SignatureTests {
  private static func text(_ draws: inout Draws, _ alphabet: [UInt8], upTo length: Int) -> [UInt8] {
    (0...draws.next(below: length)).map { _ in alphabet[draws.next(below: alphabet.count)] }
  }

  /// The text with a few edits, so that many pairs are near the boundary.
  private static func edited(
    _ text: [UInt8], _ draws: inout Draws, _ alphabet: [UInt8]
  ) -> [UInt8] {
    var text = text
    for _ in 0..<draws.next(below: 4) where !text.isEmpty {
      let place = draws.next(below: text.count)
      switch draws.next(below: 3) {
      case 0: text[place] = alphabet[draws.next(below: alphabet.count)]
      case 1: text.remove(at: place)
      default: text.insert(alphabet[draws.next(below: alphabet.count)], at: place)
      }
    }
    return text
  }

  @Test func `words told apart are less alike than any level asks`() {
    var draws = Draws(seed: 11)
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz 0123456789".utf8)
    var toldApart = 0
    for _ in 0..<20_000 {
      let one = Self.text(&draws, alphabet, upTo: 16)
      let other =
        draws.next(below: 2) == 0
        ? Self.text(&draws, alphabet, upTo: 16) : Self.edited(one, &draws, alphabet)
      let (a, b) = (
        one.withUnsafeBufferPointer(Signature.words), other.withUnsafeBufferPointer(Signature.words)
      )
      #expect(Signature.mayBeAlike(a, b) == Signature.mayBeAlike(b, a))
      guard !Signature.mayBeAlike(a, b) else { continue }
      toldApart += 1
      let likeness = one.withUnsafeBufferPointer { one in
        other.withUnsafeBufferPointer { Spelling.jaroWinkler(one, $0) }
      }
      #expect(likeness < Comparison.leastLikeness)
    }
    #expect(toldApart > 5_000)
  }

  @Test func `numbers told apart are further apart than the edits asked for`() {
    var draws = Draws(seed: 12)
    let alphabet = Array("0123456789x".utf8)
    var toldApart = 0
    for _ in 0..<20_000 {
      let one = Self.text(&draws, alphabet, upTo: 18)
      let other =
        draws.next(below: 2) == 0
        ? Self.text(&draws, alphabet, upTo: 18) : Self.edited(one, &draws, alphabet)
      let (a, b) = (
        one.withUnsafeBufferPointer { Signature.digits($0) },
        other.withUnsafeBufferPointer { Signature.digits($0) }
      )
      for edits in 1...2 where !Signature.mayBeNear(a, b, edits: edits) {
        toldApart += 1
        let distance = one.withUnsafeBufferPointer { one in
          other.withUnsafeBufferPointer { Spelling.distance(one, $0) }
        }
        #expect(distance > edits)
      }
    }
    #expect(toldApart > 5_000)
  }
}
