import FHIR
import TestSupport
import Testing
import Validation

/// Numbers that look random and are the same on every run (SplitMix64).
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

@Suite("Mutation", .enabled(if: Reference.isPresent, "reference data absent"))
struct MutationTests {
  static let mutants = 5_000

  @Test func `a damaged resource is never a crash, and a refusal names an element`() throws {
    let originals = try Suites.examples().map { document in
      withExtendedLifetime(document) { JSON(document.root) }
    }
    let validator = Validator(depth: .profiles)
    var chance = Chance(state: 1)
    var refused = 0
    for number in 0..<Self.mutants {
      var mutant = originals[number % originals.count]
      mutate(&mutant, &chance)
      let issues = validator.validate(try JSONDocument.parse(mutant.encoded()))
      if !issues.areValid { refused += 1 }
      for issue in issues where issue.isError {
        #expect(!issue.expression.isEmpty && !issue.message.isEmpty && !issue.chinese.isEmpty)
        #expect(issue.line > 0)
      }
    }
    #expect(refused > Self.mutants / 3)
    print("of \(Self.mutants) damaged resources \(refused) were refused")
  }

  /// Changes one value somewhere in a tree.
  private func mutate(_ value: inout JSON, _ chance: inout Chance) {
    switch value {
    case .object(var object) where !object.members.isEmpty:
      let place = Int.random(in: 0..<object.members.count, using: &chance)
      if Int.random(in: 0..<6, using: &chance) == 0 {
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: object.members.remove(at: place)
        case 1: object.members[place].name += "x"
        case 2: object.members[place].name = "_" + object.members[place].name
        default: object.members[place].value = junk(&chance)
        }
      } else {
        mutate(&object.members[place].value, &chance)
      }
      value = .object(object)
    case .array(var items) where !items.isEmpty:
      let place = Int.random(in: 0..<items.count, using: &chance)
      if Int.random(in: 0..<6, using: &chance) == 0 {
        items[place] = junk(&chance)
      } else {
        mutate(&items[place], &chance)
      }
      value = .array(items)
    default: value = junk(&chance)
    }
  }

  private func junk(_ chance: inout Chance) -> JSON {
    let values: [JSON] = [
      .null, true, "", " ", "a\u{0}b", "中文", "-1", .number("1e400"), .number("-0.0"), [], [[]],
      .object(JSONObject()), ["x": 1], ["reference": "#"], ["reference": "a b"], "#", "2020-02-30",
      .number("99999999999999999999"), "urn:uuid:", "<div", "%", ["extension": [["url": ""]]],
      ["resourceType": "Patient"], ["resourceType": "Bundle", "entry": [["fullUrl": "a"]]],
    ]
    return values[Int.random(in: 0..<values.count, using: &chance)]
  }
}
