import FHIR
import Patching
import TestSupport
import Testing

/// <https://hl7.org/fhir/R4/fhirpatch.html>
@Suite("PathPatch") struct PathPatchTests {
  private let patient = #"""
    {"resourceType":"Patient","id":"1","active":true,"name":[{"family":"欧阳","given":["𠮷","b"],\#
    "_given":[null,{"id":"x"}]},{"text":"·"}],"deceasedBoolean":false,\#
    "_birthDate":{"extension":[{"url":"u","valueString":"a"}]},\#
    "contact":[{"name":{"text":"c"}}],"contained":[{"resourceType":"Group","id":"g"}]}
    """#

  /// The patient after an operation whose parts are given as `name=value[x]=JSON`.
  private func apply(_ parts: String...) throws -> JSON { try apply(parts) }

  private func apply(_ parts: [String]) throws -> JSON {
    let list = parts.map { part in
      let fields = part.split(separator: "=", maxSplits: 2).map(String.init)
      return #"{"name":"\#(fields[0])","\#(fields[1])":\#(fields[2])}"#
    }
    let parameters = #"""
      {"resourceType":"Parameters","parameter":[\#
      {"name":"operation","part":[\#(list.joined(separator: ","))]}]}
      """#
    let patch = try Patch(
      parsing: JSONDocument.parse(parameters), contentType: "application/fhir+json",
      now: Instant(milliseconds: 0))
    return JSON(try patch.apply(to: JSONDocument.parse(patient)))
  }

  private func text(_ value: JSON?) -> String { value?.text ?? "-" }

  @Test func `add appends to a list and sets what is not there`() throws {
    let name = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient\"", "name=valueString=\"name\"",
      "value=valueHumanName={\"text\":\"c\"}")
    #expect(text(name["name"]?[2]) == #"{"text":"c"}"#)
    let given = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient.name[1]\"",
      "name=valueString=\"given\"", "value=valueString=\"𠮷\"")
    #expect(text(given["name"]?[1]) == #"{"text":"·","given":["𠮷"]}"#)
    let more = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient.name[0]\"",
      "name=valueString=\"given\"", "value=valueString=\"c\"")
    #expect(text(more["name"]?[0]?["given"]) == #"["𠮷","b","c"]"#)
    #expect(text(more["name"]?[0]?["_given"]) == #"[null,{"id":"x"},null]"#)
    let multiple = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient\"",
      "name=valueString=\"multipleBirth\"", "value=valueInteger=2")
    #expect(text(multiple["multipleBirthInteger"]) == "2")
    let anonymous = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient\"",
      "name=valueString=\"contact\"",
      #"value=part=[{"name":"gender","valueCode":"male"},"#
        + #"{"name":"telecom","valueContactPoint":{"value":"1"}},"#
        + #"{"name":"telecom","valueContactPoint":{"value":"2"}}]"#)
    #expect(
      text(anonymous["contact"]?[1])
        == #"{"gender":"male","telecom":[{"value":"1"},{"value":"2"}]}"#)
    let `extension` = try apply(
      "type=valueCode=\"add\"", "path=valueString=\"Patient.name[0].given[0]\"",
      "name=valueString=\"extension\"",
      #"value=part=[{"name":"url","valueUri":"u"},{"name":"value","valueDecimal":1.50}]"#)
    #expect(
      text(`extension`["name"]?[0]?["_given"])
        == #"[{"extension":[{"url":"u","valueDecimal":1.50}]},{"id":"x"}]"#)
  }

  @Test func `insert puts an item at its index, also into an empty list`() throws {
    let name = try apply(
      "type=valueCode=\"insert\"", "path=valueString=\"Patient.name\"", "index=valueInteger=1",
      "value=valueHumanName={\"text\":\"m\"}")
    #expect(name["name"]?.items.map { $0["text"]?.string } == [nil, "m", "·"])
    let given = try apply(
      "type=valueCode=\"insert\"", "path=valueString=\"Patient.name[0].given\"",
      "index=valueInteger=1", "value=valueString=\"m\"")
    #expect(text(given["name"]?[0]?["given"]) == #"["𠮷","m","b"]"#)
    #expect(text(given["name"]?[0]?["_given"]) == #"[null,null,{"id":"x"}]"#)
    let empty = try apply(
      "type=valueCode=\"insert\"", "path=valueString=\"Patient.photo\"", "index=valueInteger=0",
      "value=valueAttachment={\"url\":\"u\"}")
    #expect(text(empty["photo"]) == #"[{"url":"u"}]"#)
  }

  @Test func `delete removes one element and what becomes empty by it`() throws {
    func delete(_ path: String) throws -> JSON {
      try apply("type=valueCode=\"delete\"", "path=valueString=\"\(path)\"")
    }
    #expect(try delete("Patient.birthDate")["_birthDate"] == nil)
    #expect(try delete("Patient.birthDate.extension")["_birthDate"] == nil)
    #expect(try text(delete("Patient.name[1].text")["name"]).contains("·") == false)
    #expect(try delete("Patient.contact.name.text")["contact"] == nil)
    #expect(try delete("Patient.photo")["id"] == "1")
    let given = try delete("Patient.name[0].given[0]")
    #expect(text(given["name"]?[0]?["given"]) == #"["b"]"#)
    #expect(text(given["name"]?[0]?["_given"]) == #"[{"id":"x"}]"#)
    #expect(try delete("Patient.name.where(text = '·')")["name"]?.items.count == 1)
    #expect(try delete("Patient.contained[0]")["contained"] == nil)
  }

  @Test func `replace puts another value in place, of a choice also another type`() throws {
    func replace(_ path: String, _ value: String) throws -> JSON {
      try apply("type=valueCode=\"replace\"", "path=valueString=\"\(path)\"", value)
    }
    let date = try replace("Patient.deceased", "value=valueDateTime=\"2020\"")
    #expect(date["deceasedDateTime"] == "2020" && date["deceasedBoolean"] == nil)
    let birth = try replace("Patient.birthDate", "value=valueDate=\"1970\"")
    #expect(birth["birthDate"] == "1970" && birth["_birthDate"] == nil)
    let given = try replace("Patient.name[0].given[1]", "value=valueString=\"c\"")
    #expect(text(given["name"]?[0]?["given"]) == #"["𠮷","c"]"#)
    #expect(given["name"]?[0]?["_given"] == nil)
    let contained = try replace(
      "Patient.contained[0]", "value=resource={\"resourceType\":\"Basic\",\"id\":\"b\"}")
    #expect(text(contained["contained"]) == #"[{"resourceType":"Basic","id":"b"}]"#)
  }

  @Test func `move takes the twins of primitives along`() throws {
    let moved = try apply(
      "type=valueCode=\"move\"", "path=valueString=\"Patient.name[0].given\"",
      "source=valueInteger=0", "destination=valueInteger=1")
    #expect(text(moved["name"]?[0]?["given"]) == #"["b","𠮷"]"#)
    #expect(text(moved["name"]?[0]?["_given"]) == #"[{"id":"x"},null]"#)
  }

  @Test(arguments: [
    (
      ["type=valueCode=\"spam\"", "path=valueString=\"Patient\""], "The type 'spam' is none of", 400
    ),
    (["path=valueString=\"Patient\""], "The part 'type' is missing", 400),
    (["type=valueCode=\"delete\""], "The part 'path' is missing", 400),
    (["type=valueString=\"delete\""], "The part 'type' has no valueCode", 400),
    (
      [
        "type=valueCode=\"delete\"", "path=valueString=\"Patient.name[0]\"", "index=valueInteger=0",
      ],
      "The part 'index' does not belong here", 400
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient.name[\""], "FHIRPath line 1", 400
    ),
    (
      ["type=valueCode=\"replace\"", "path=valueString=\"Patient.active\"", "value=valueBogus=1"],
      "The member 'valueBogus' does not belong here", 400
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient.bogus\""],
      "Operation 1, delete Patient.bogus: FHIRPath line 1", 422
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient.name\""],
      "the path must yield one element and yields 2", 422
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient\""],
      "the resource itself cannot be changed so", 422
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient.name.count()\""],
      "the path yields what is no element", 422
    ),
    (
      ["type=valueCode=\"delete\"", "path=valueString=\"Patient.id\""],
      "A patch cannot change id", 422
    ),
    (
      [
        "type=valueCode=\"replace\"", "path=valueString=\"Patient.active\"",
        "value=valueString=\"a\"",
      ], "the value has the wrong type for Patient.active", 422
    ),
    (
      [
        "type=valueCode=\"add\"", "path=valueString=\"Patient\"", "name=valueString=\"active\"",
        "value=valueBoolean=true",
      ], "active is there already", 422
    ),
    (
      [
        "type=valueCode=\"add\"", "path=valueString=\"Patient\"", "name=valueString=\"deceased\"",
        "value=valueDateTime=\"2020\"",
      ], "deceasedBoolean is there already", 422
    ),
    (
      [
        "type=valueCode=\"add\"", "path=valueString=\"Patient\"", "name=valueString=\"bogus\"",
        "value=valueBoolean=true",
      ], "Patient has no element 'bogus'", 422
    ),
    (
      [
        "type=valueCode=\"insert\"", "path=valueString=\"Patient.name\"", "index=valueInteger=3",
        "value=valueHumanName={\"text\":\"a\"}",
      ], "the index 3 is beyond 2", 422
    ),
    (
      [
        "type=valueCode=\"insert\"", "path=valueString=\"Patient.active\"", "index=valueInteger=0",
        "value=valueBoolean=true",
      ], "the path yields no list", 422
    ),
    (
      [
        "type=valueCode=\"move\"", "path=valueString=\"Patient.name.where(text = '·')\"",
        "source=valueInteger=0", "destination=valueInteger=0",
      ], "the path must yield one whole list", 422
    ),
    (
      [
        "type=valueCode=\"move\"", "path=valueString=\"Patient.name\"", "source=valueInteger=0",
        "destination=valueInteger=2",
      ], "the index 2 is beyond 1", 422
    ),
  ])
  func `a patch that cannot be applied says which operation and why`(
    parts: [String], message: String, status: Int
  ) throws {
    let anomaly = try #require(throws: Anomaly.self) { try apply(parts) }
    #expect(anomaly.message.contains(message), "\(anomaly.message)")
    #expect((anomaly.status ?? anomaly.category.status) == status)
    #expect(anomaly.chinese != nil)
  }
}
