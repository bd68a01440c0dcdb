import FHIR
import Patching
import TestSupport
import Testing

@Suite("Patch mutations") struct PatchMutationTests {
  private static let words = [
    "add", "remove", "replace", "move", "copy", "test", "", "/", "/name", "/name/0",
    "/name/0/given",
    "/name/0/given/-", "/name/0/given/1", "/id", "/resourceType", "/𠮷·", "/a~1", "/a~", "/-",
    "/name/99999999999", "/birthDate", "x", "e\u{301}",
  ]

  @Test func `2,000 mutated JSON Patches are applied or refused with a reason`() throws {
    var random = SplitMix(state: 6902)
    let text = #"""
      {"resourceType":"Patient","id":"1","name":[{"given":["𠮷","·"]},{"family":"欧阳"}],
      "birthDate":"1970","𠮷·":1}
      """#
    var refused = 0
    for _ in 0..<2_000 {
      var operations: [JSON] = []
      for _ in 0...random.below(2) {
        var operation = JSONObject()
        for name in ["op", "path", "from", "value"] where random.below(12) > 0 {
          operation[name] = value(&random, name)
        }
        operations.append(.object(operation))
      }
      var bytes = JSON.array(operations).encoded()
      if random.below(8) == 0 { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      do {
        let patch = try Patch(
          parsing: JSONDocument.parse(bytes), contentType: "application/json-patch+json")
        let after = JSON(try patch.apply(to: JSONDocument.parse(text)))
        #expect(after["id"]?.string == "1" && after["resourceType"]?.string == "Patient")
      } catch {
        refused += 1
        #expect(!error.message.isEmpty && error.chinese != nil)
      }
    }
    print("FIGURE JSON Patch mutations: \(refused)/2000 refused")
    #expect(refused > 500 && refused < 2_000)
  }

  private func value(_ random: inout SplitMix, _ name: String) -> JSON {
    let word = Self.words[random.below(Self.words.count)]
    switch name {
    case "op": return .string(Self.words[random.below(6 + (random.below(9) == 0 ? 3 : 0))])
    case "value":
      let choices: [JSON] = [
        .null, .bool(true), .number("1.50"), .string(word), .array([.string(word)]), .object([:]),
        .object(["given": .array([.null])]),
      ]
      return choices[random.below(choices.count)]
    default: return random.below(20) == 0 ? .number("1") : .string(word)
    }
  }
}

/// Numbers that look random and are the same in each run.
struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 31) >> 1) % bound
  }
}
