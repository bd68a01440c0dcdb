import FHIR
import Testing
import Validation

@Suite("Profiles") struct ProfileTests {
  /// The errors of an observation against a profile of observations with these elements.
  private func errors(_ elements: JSON, _ members: JSONObject) throws -> [Validation.Issue] {
    var profiles = ProfileSet()
    try profiles.add([
      "resourceType": "StructureDefinition", "url": "http://a.cn/P", "type": "Observation",
      "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
      "derivation": "constraint", "differential": ["element": elements],
    ])
    var observation: JSON = [
      "resourceType": "Observation", "status": "final", "code": ["text": "a"],
    ]
    for member in members.members { observation[member.name] = member.value }
    let document = try JSONDocument.parse(observation.encoded())
    return Validator(profiles: profiles).validate(document, against: ["http://a.cn/P"])
      .filter(\.isError)
  }

  @Test func `an element of a profile stands as often as it says`() throws {
    let elements: JSON = [
      ["path": "Observation.subject", "min": 1], ["path": "Observation.note", "max": "1"],
    ]
    let found = try errors(elements, ["note": [["text": "a"], ["text": "b"]]])
    #expect(found.map(\.expression) == ["Observation", "Observation"])
    #expect(found.map(\.code) == [.required, .structure])
    #expect(
      try errors(elements, ["subject": ["reference": "Patient/1"], "note": [["text": "a"]]]) == [])
  }

  @Test func `a fixed value is exact, a pattern is the least`() throws {
    let fixed: JSON = [["path": "Observation.code", "fixedCodeableConcept": ["text": "a"]]]
    let pattern: JSON = [["path": "Observation.code", "patternCodeableConcept": ["text": "a"]]]
    let more: JSONObject = ["code": ["coding": [["code": "x"]], "text": "a"]]
    #expect(try errors(fixed, [:]) == [])
    #expect(try errors(fixed, more).map(\.expression) == ["Observation.code"])
    #expect(try errors(pattern, more) == [])
    #expect(try errors(pattern, ["code": ["text": "b"]]).map(\.expression) == ["Observation.code"])
  }

  private let systolic: JSON = [
    [
      "path": "Observation.component",
      "slicing": ["discriminator": [["type": "pattern", "path": "code"]], "rules": "closed"],
    ],
    ["path": "Observation.component", "sliceName": "systolic", "min": 1, "max": "1"],
    [
      "path": "Observation.component.code",
      "patternCodeableConcept": ["coding": [["system": "http://loinc.org", "code": "8480-6"]]],
    ],
    ["path": "Observation.component.value[x]", "min": 1, "type": [["code": "Quantity"]]],
  ]

  private func component(_ code: String, _ name: String, _ value: JSON) -> JSON {
    var component: JSON = [
      "code": ["coding": [["system": "http://loinc.org", "code": .string(code)]]]
    ]
    component[name] = value
    return component
  }

  @Test func `slices are told apart by patterns and checked each by its own rules`() throws {
    let right: JSON = component("8480-6", "valueQuantity", ["value": 120])
    #expect(try errors(systolic, ["component": [right]]) == [])
    #expect(try errors(systolic, [:]).map(\.code) == [.required])
    #expect(try errors(systolic, ["component": [right, right]]).map(\.code) == [.structure])
    let text = component("8480-6", "valueString", "high")
    #expect(
      try errors(systolic, ["component": [text]]).map(\.expression)
        == ["Observation.component[0].value.ofType(string)"])
    let other = component("1", "valueString", "a")
    #expect(
      try errors(systolic, ["component": [right, other]]).map(\.expression)
        == ["Observation.component[1]"])
  }

  @Test func `a choice may be constrained by the name of its type`() throws {
    let elements: JSON = [
      ["path": "Observation.value[x]", "type": [["code": "Quantity"]]],
      [
        "path": "Observation.valueQuantity",
        "minValueQuantity": ["value": 1, "system": "http://unitsofmeasure.org", "code": "kg"],
      ],
    ]
    func weight(_ value: Int, _ code: JSON) -> JSONObject {
      [
        "valueQuantity": [
          "value": .number(value), "system": "http://unitsofmeasure.org", "code": code,
        ]
      ]
    }
    #expect(try errors(elements, weight(1, "kg")) == [])
    #expect(try errors(elements, weight(0, "kg")).map(\.code) == [.value])
    #expect(try errors(elements, weight(999, "g")).map(\.code) == [.value])
    #expect(try errors(elements, weight(1001, "g")) == [])
    #expect(try errors(elements, ["valueString": "a"]).map(\.code) == [.structure])
  }

  @Test func `an extension is told by its URL and keeps to its own profile`() throws {
    var profiles = ProfileSet()
    try profiles.add([
      "resourceType": "StructureDefinition", "url": "http://a.cn/nation", "type": "Extension",
      "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
      "differential": [
        "element": [
          ["path": "Extension.url", "fixedUri": "http://a.cn/nation"],
          ["path": "Extension.value[x]", "min": 1, "type": [["code": "string"]]],
        ]
      ],
    ])
    try profiles.add([
      "resourceType": "StructureDefinition", "url": "http://a.cn/P", "type": "Patient",
      "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
      "differential": [
        "element": [
          [
            "path": "Patient.extension", "sliceName": "nation", "min": 1, "max": "1",
            "type": [["code": "Extension", "profile": ["http://a.cn/nation"]]],
          ]
        ]
      ],
    ])
    let validator = Validator(depth: .profiles, profiles: profiles)
    func errors(_ extensions: JSON) throws -> [String] {
      let patient: JSON = [
        "resourceType": "Patient", "meta": ["profile": ["http://a.cn/P|1.0"]],
        "extension": extensions,
      ]
      return validator.validate(try JSONDocument.parse(patient.encoded())).filter(\.isError)
        .map(\.expression)
    }
    #expect(try errors([["url": "http://a.cn/nation", "valueString": "汉"]]) == [])
    #expect(
      try errors([["url": "http://a.cn/nation", "valueInteger": 1]])
        == ["Patient.extension[0].value.ofType(integer)"])
    #expect(try errors([["url": "http://a.cn/other", "valueString": "a"]]) == ["Patient"])
  }

  @Test func `a profile that is not known is an error where it was asked for`() throws {
    let document = try JSONDocument.parse(#"{"resourceType":"Patient"}"#)
    let issues = Validator().validate(document, against: ["http://a.cn/unknown"])
    #expect(issues.map(\.code) == [.notFound])
    #expect(!issues.areValid)
  }

  @Test func `codes keep to a stored value set that a profile requires`() throws {
    var profiles = ProfileSet()
    try profiles.add([
      "resourceType": "ValueSet", "url": "http://a.cn/V",
      "compose": [
        "include": [["system": "http://a.cn/S", "concept": [["code": "1"], ["code": "2"]]]],
        "exclude": [["system": "http://a.cn/S", "concept": [["code": "2"]]]],
      ],
    ])
    try profiles.add([
      "resourceType": "StructureDefinition", "url": "http://a.cn/P", "type": "Observation",
      "differential": [
        "element": [
          [
            "path": "Observation.code",
            "binding": ["strength": "required", "valueSet": "http://a.cn/V|1"],
          ]
        ]
      ],
    ])
    func isValid(_ code: String) throws -> Bool {
      let observation: JSON = [
        "resourceType": "Observation", "status": "final",
        "code": ["coding": [["system": "http://a.cn/S", "code": .string(code)]]],
      ]
      return Validator(profiles: profiles).validate(
        try JSONDocument.parse(observation.encoded()), against: ["http://a.cn/P"]
      ).areValid
    }
    #expect(try isValid("1"))
    #expect(try !isValid("2"))
    #expect(try !isValid("3"))
  }

  @Test func `a snapshot stands for the profiles below that are not at hand`() throws {
    var profiles = ProfileSet()
    try profiles.add([
      "resourceType": "StructureDefinition", "url": "http://a.cn/P", "type": "Observation",
      "baseDefinition": "http://b.cn/unknown",
      "differential": ["element": [["path": "Observation.note", "max": "1"]]],
      "snapshot": [
        "element": [
          ["path": "Observation"],
          [
            "path": "Observation.subject", "min": 1,
            "base": ["path": "Observation.subject", "min": 0, "max": "1"],
          ],
          [
            "path": "Observation.code", "min": 1, "max": "1",
            "base": ["path": "Observation.code", "min": 1, "max": "1"],
            "constraint": [
              [
                "key": "a-1", "severity": "error", "human": "No text alone",
                "expression": "coding.exists()",
              ]
            ],
          ],
        ]
      ],
    ])
    let document = try JSONDocument.parse(
      #"{"resourceType":"Observation","status":"final","code":{"text":"a"}}"#)
    let issues = Validator(profiles: profiles).validate(document, against: ["http://a.cn/P"])
    #expect(issues.map(\.expression) == ["Observation", "Observation.code"])
    #expect(issues.map(\.code) == [.required, .invariant])
  }
}
