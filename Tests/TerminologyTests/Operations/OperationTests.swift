import FHIR
import Testing

@testable import Terminology

/// What the suite does not ask: the bounds, R4's own names, dates, the definitions of FHIR itself.
@Suite struct OperationTests {
  static func library() throws -> Library {
    var library = Library()
    try library.add([
      "resourceType": "CodeSystem", "url": "http://example.org/icd", "version": "1",
      "status": "active", "content": "complete",
      "extension": [
        [
          "url": "http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod",
          "valuePeriod": ["start": "2010-01-01", "end": "2019-12-31"],
        ]
      ],
      "concept": [["code": "I10", "display": "高血压"]],
    ])
    try library.add([
      "resourceType": "CodeSystem", "url": "http://example.org/icd", "version": "2",
      "status": "active", "content": "complete",
      "extension": [
        [
          "url": "http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod",
          "valuePeriod": ["start": "2020-01-01"],
        ]
      ],
      "concept": [
        [
          "code": "I10", "display": "原发性高血压",
          "concept": [["code": "I10.x00", "display": "特发性(原发性)高血压"]],
        ]
      ],
    ])
    return library
  }

  static func ask(
    _ operation: TerminologyOperation, of type: String, _ library: Library,
    _ parts: [(String, JSON)]
  ) throws(Anomaly) -> JSON {
    try TerminologyCall(
      operation, of: type, library: library,
      question: Question(parts.map { Question.Part(name: $0.0, value: $0.1) }),
      timestamp: "2026-01-01T00:00:00Z", identifier: "urn:uuid:0"
    ).answer()
  }

  static func value(_ name: String, in answer: JSON) -> JSON? {
    answer["parameter"]?.items.first { $0["name"]?.string == name }?
      .object?.members.first { $0.name.hasPrefix("value") }?.value
  }

  @Test func `refuses an unknown parameter and names the nearest`() throws {
    let error = #expect(throws: Anomaly.self) {
      try Self.ask(.lookup, of: "CodeSystem", Self.library(), [("sytem", "x")])
    }
    #expect(error?.message.contains("did you mean 'system'") ?? false)
  }

  @Test func `subsumes tells which code is the wider`() throws {
    let library = try Self.library()
    for (first, second, outcome) in [
      ("I10", "I10.x00", "subsumes"), ("I10.x00", "I10", "subsumed-by"),
      ("I10", "I10", "equivalent"),
    ] {
      let answer = try Self.ask(
        .subsumes, of: "CodeSystem", library,
        [
          ("system", "http://example.org/icd"), ("codeA", .string(first)),
          ("codeB", .string(second)),
        ])
      #expect(Self.value("outcome", in: answer)?.string == outcome)
    }
  }

  @Test func `a date chooses the edition that was in force`() throws {
    let library = try Self.library()
    for (date, display) in [("2015-06-01", "高血压"), ("2024-06-01", "原发性高血压")] {
      let answer = try Self.ask(
        .lookup, of: "CodeSystem", library,
        [("system", "http://example.org/icd"), ("code", "I10"), ("date", .string(date))])
      #expect(Self.value("display", in: answer)?.string == display)
    }
  }

  @Test func `an expansion of too many codes is refused, not cut off`() throws {
    var library = Library()
    let concepts = (0..<1_001).map { JSON.object(["code": .string("c\($0)")]) }
    try library.add([
      "resourceType": "CodeSystem", "url": "http://example.org/many", "status": "active",
      "content": "complete", "concept": .array(concepts),
    ])
    try library.add([
      "resourceType": "ValueSet", "url": "http://example.org/all", "status": "active",
      "compose": ["include": [["system": "http://example.org/many"]]],
    ])
    let error = #expect(throws: Anomaly.self) {
      try Self.ask(.expand, of: "ValueSet", library, [("url", "http://example.org/all")])
    }
    #expect(error?.code == .tooCostly)
    let page = try Self.ask(
      .expand, of: "ValueSet", library,
      [("url", "http://example.org/all"), ("offset", "1000"), ("count", "10")])
    #expect(page["expansion"]?["total"]?.text == "1001")
    #expect(page["expansion"]?["contains"]?.items.count == 1)
  }

  @Test func `value sets that import each other are refused`() throws {
    var library = Library()
    for (one, other) in [("a", "b"), ("b", "a")] {
      try library.add([
        "resourceType": "ValueSet", "url": .string("http://example.org/\(one)"),
        "status": "active",
        "compose": ["include": [["valueSet": [.string("http://example.org/\(other)")]]]],
      ])
    }
    for operation in [TerminologyOperation.expand, .validateCode] {
      let error = #expect(throws: Anomaly.self) {
        try Self.ask(
          operation, of: "ValueSet", library,
          [("url", "http://example.org/a")]
            + (operation == .expand ? [] : [("system", "http://x"), ("code", "1")]))
      }
      #expect(error?.message.hasPrefix("Cyclic reference") ?? false)
    }
  }

  @Test func `value sets that import others twice over cannot ask for endless work`() throws {
    var library = Library()
    for level in 0..<31 {
      let next = JSON.string("http://example.org/\(level + 1)")
      try library.add([
        "resourceType": "ValueSet", "url": .string("http://example.org/\(level)"),
        "status": "active",
        "compose": ["include": [["valueSet": [next]], ["valueSet": [next]]]],
      ])
    }
    try library.add([
      "resourceType": "ValueSet", "url": "http://example.org/31", "status": "active",
      "compose": ["include": [["system": "http://example.org/x", "concept": [["code": "1"]]]]],
    ])
    let error = #expect(throws: Anomaly.self) {
      try Self.ask(
        .validateCode, of: "ValueSet", library,
        [
          ("url", "http://example.org/0"), ("system", "http://example.org/x"), ("code", "1"),
        ])
    }
    #expect(error?.code == .tooCostly)
  }

  @Test func `a page may be asked to be as large as numbers go`() throws {
    let answer = try Self.ask(
      .expand, of: "ValueSet", Library(),
      [
        ("url", "http://hl7.org/fhir/ValueSet/administrative-gender"), ("offset", "1"),
        ("count", .string(String(Int.max))),
      ])
    #expect(answer["expansion"]?["contains"]?.items.count == 3)
  }

  @Test func `translate speaks the names of R4 to those who ask in them`() throws {
    var library = Library()
    try library.add([
      "resourceType": "ConceptMap", "url": "http://example.org/map", "status": "active",
      "group": [
        [
          "source": "http://local", "target": "http://national",
          "element": [
            ["code": "1", "target": [["code": "A", "equivalence": "wider", "display": "甲"]]]
          ],
        ]
      ],
    ])
    let answer = try Self.ask(
      .translate, of: "ConceptMap", library, [("system", "http://local"), ("code", "1")])
    let match = try #require(answer["parameter"]?.items.first { $0["name"] == "match" })
    let parts = match["part"]?.items ?? []
    #expect(parts.contains(["name": "equivalence", "valueCode": "wider"]))
    #expect(parts.contains(["name": "source", "valueUri": "http://example.org/map"]))
    let back = try Self.ask(
      .translate, of: "ConceptMap", library,
      [("system", "http://national"), ("code", "A"), ("reverse", true)])
    let parts2 = back["parameter"]?.items.first { $0["name"] == "match" }?["part"]?.items ?? []
    #expect(parts2.contains(["name": "equivalence", "valueCode": "narrower"]))
    let none = try Self.ask(
      .translate, of: "ConceptMap", library, [("system", "http://local"), ("code", "2")])
    #expect(Self.value("result", in: none) == false)
  }

  @Test func `every value set that FHIR defines can be read and its codes be checked`() throws {
    let standard = StandardDefinitions.r4
    #expect(standard.valueSetURLs.count > 1_000)
    let library = Library()
    for url in standard.valueSetURLs { #expect(library.valueSet(url) != nil, "\(url)") }
    for url in standard.codeSystemURLs {
      let system = try #require(library.codeSystem(url))
      #expect(system.count > 0, "\(url)")
    }
    let answer = try Self.ask(
      .validateCode, of: "ValueSet", library,
      [
        ("url", "http://hl7.org/fhir/ValueSet/administrative-gender"),
        ("system", "http://hl7.org/fhir/administrative-gender"), ("code", "female"),
      ])
    #expect(Self.value("result", in: answer) == true)
    #expect(Self.value("display", in: answer) == "Female")
  }

  @Test func `findings are told in Chinese to those who read it`() throws {
    var call = TerminologyCall(
      .validateCode, of: "CodeSystem", library: try Self.library(),
      question: Question([
        Question.Part(name: "url", value: "http://example.org/icd"),
        Question.Part(name: "code", value: "I99"),
      ]), timestamp: "", identifier: "")
    call.acceptLanguage = "zh-CN"
    let message = Self.value("message", in: try call.answer())?.string ?? ""
    #expect(message.contains("没有代码“I99”"))
  }
}
