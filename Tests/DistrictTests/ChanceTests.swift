import Testing

@testable import District

struct ChanceTests {
  @Test func `the generator gives the published first numbers of SplitMix64`() {
    var chance = Chance(seed: 1_234_567)
    #expect(chance.next() == 6_457_827_717_110_365_317)
    #expect(chance.next() == 3_203_168_211_198_807_973)
    #expect(chance.next() == 9_817_491_932_198_370_423)
  }

  @Test func `draws follow their weights`() {
    let lot = Lot([("a", 1), ("b", 3), ("never", 0)])
    var chance = Chance(seed: 7)
    var counts: [String: Int] = [:]
    for _ in 0..<10_000 { counts[lot.draw(&chance) ?? "none", default: 0] += 1 }
    #expect((2300...2700).contains(counts["a"] ?? 0))
    #expect((counts["a"] ?? 0) + (counts["b"] ?? 0) == 10_000)
  }
}
