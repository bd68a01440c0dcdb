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
    var random = SeededRandom(seed: 6902)
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
          parsing: JSONDocument.parse(bytes), contentType: "application/json-patch+json",
          now: Instant(milliseconds: 0))
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

  private func value(_ random: inout SeededRandom, _ name: String) -> JSON {
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

  private static let paths = [
    "Patient", "Patient.name", "Patient.name[0]", "Patient.name[0].given", "Patient.name[9]",
    "Patient.name.given[1]", "Patient.birthDate", "Patient.id", "Patient.deceased", "Patient.photo",
    "Patient.contained[0]", "Patient.name.where(family = '欧阳')", "Patient.bogus", "name",
    "%resource",
    "Patient.birthDate.extension[0].value", "'𠮷'", "Patient.name[", "Observation.code", "now()",
    "Patient.name.given.first() | Patient.name.family", "Patient.descendants()", "",
  ]

  @Test func `2,000 mutated FHIRPath Patches are applied or refused with a reason`() throws {
    var random = SeededRandom(seed: 31)
    let text = #"""
      {"resourceType":"Patient","id":"1","name":[{"given":["𠮷","·"],"_given":[null,{"id":"x"}]},\#
      {"family":"欧阳"}],"_birthDate":{"extension":[{"url":"u","valueString":"a"}]},\#
      "deceasedBoolean":true,"contained":[{"resourceType":"Group","id":"g"}]}
      """#
    var refused = 0
    for _ in 0..<2_000 {
      var parameters: JSON = ["resourceType": "Parameters"]
      parameters["parameter"] = .array((0...random.below(2)).map { _ in operation(&random) })
      do {
        let patch = try Patch(
          parsing: JSONDocument.parse(parameters.encoded()), contentType: "application/fhir+json",
          now: Instant(milliseconds: 0))
        let after = JSON(try patch.apply(to: JSONDocument.parse(text)))
        #expect(after["id"]?.string == "1" && after["resourceType"]?.string == "Patient")
        #expect(!after.text.contains("[]") && !after.text.contains("{}"))
      } catch {
        refused += 1
        #expect(!error.message.isEmpty && error.chinese != nil)
      }
    }
    print("FIGURE FHIRPath Patch mutations: \(refused)/2000 refused")
    #expect(refused > 500 && refused < 2_000)
  }

  private func operation(_ random: inout SeededRandom) -> JSON {
    let types = ["add", "insert", "delete", "replace", "move", "spam"]
    let names = [
      "name", "given", "extension", "active", "deceased", "deceasedDateTime", "bogus", "id",
    ]
    let values: [(String, JSON)] = [
      ("valueString", "𠮷·"), ("valueBoolean", true), ("valueDateTime", "2020"), ("valueBogus", 1),
      ("valueHumanName", ["text": "e\u{301}"]), ("resource", ["resourceType": "Basic"]),
      ("part", [["name": "gender", "valueCode": "male"]]),
      ("part", [["name": "url", "valueUri": "u"], ["name": "value", "valueDecimal": 1]]),
    ]
    var parts: [JSON] = []
    func add(_ name: String, _ member: String, _ value: JSON) {
      if random.below(30) > 0 {
        parts.append(.object(["name": .string(name), member: value]))
      }
    }
    let type = types[random.below(random.below(9) == 0 ? 6 : 5)]
    add("type", "valueCode", .string(type))
    add("path", "valueString", .string(Self.paths[random.below(Self.paths.count)]))
    if type == "add" { add("name", "valueString", .string(names[random.below(names.count)])) }
    if type == "insert" { add("index", "valueInteger", .number(random.below(4))) }
    if type == "move" {
      add("source", "valueInteger", .number(random.below(3)))
      add("destination", "valueInteger", .number(random.below(3)))
    }
    if type == "add" || type == "insert" || type == "replace" {
      let value = values[random.below(values.count)]
      add("value", value.0, value.1)
    }
    return ["name": "operation", "part": .array(parts)]
  }
}
