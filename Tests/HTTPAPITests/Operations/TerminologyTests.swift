import FHIR
import Testing

/// The terminology service over stored resources.
/// <https://hl7.org/fhir/R4/terminology-service.html>
@Suite struct TerminologyTests {
  private static let url = "http://example.org/CodeSystem/icd"
  private static let all = "http://example.org/ValueSet/hypertension"

  private func icd(_ display: String) -> JSON {
    [
      "resourceType": "CodeSystem", "id": "icd", "url": .string(Self.url), "version": "2",
      "status": "active", "content": "complete", "hierarchyMeaning": "is-a",
      "concept": [
        [
          "code": "I10", "display": .string(display),
          "concept": [
            ["code": "I10.x00", "display": "特发性高血压"], ["code": "I10.x01", "display": "良性高血压"],
          ],
        ], ["code": "E11", "display": "2型糖尿病"],
      ],
    ]
  }

  private let hypertension: JSON = [
    "resourceType": "ValueSet", "id": "hypertension", "url": .string(all), "status": "active",
    "compose": [
      "include": [
        [
          "system": .string(url),
          "filter": [["property": "concept", "op": "is-a", "value": "I10"]],
        ]
      ]
    ],
  ]

  private func store(_ server: TestServer) async throws {
    for (path, resource) in [
      ("CodeSystem/icd", icd("高血压")), ("ValueSet/hypertension", hypertension),
    ] {
      let answer = try await server.send("PUT", path, resource)
      #expect(answer.status == 201, "\(answer.text)")
    }
  }

  private func value(_ name: String, in answer: TestServer.Answer) -> JSON? {
    answer.json["parameter"]?.items.first { $0["name"]?.string == name }?
      .object?.members.first { $0.name.hasPrefix("value") }?.value
  }

  @Test func `expand and validate-code answer by GET, by POST and at an instance`() async throws {
    try await TestServer.run { server in
      try await store(server)
      for path in ["ValueSet/$expand?url=\(Self.all)", "ValueSet/hypertension/$expand"] {
        let answer = try await server.get(path)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["expansion"]?["total"]?.text == "3")
        let identifier = answer.json["expansion"]?["identifier"]?.string ?? ""
        #expect(identifier.hasPrefix("urn:uuid:") && identifier.utf8.count == 45)
      }
      let code = "system=\(Self.url)&code=I10.x00"
      for path in [
        "ValueSet/$validate-code?url=\(Self.all)&\(code)",
        "ValueSet/hypertension/$validate-code?\(code)",
        "CodeSystem/$validate-code?url=\(Self.url)&code=I10.x00",
        "CodeSystem/icd/$validate-code?code=I10.x00",
      ] {
        let answer = try await server.get(path)
        #expect(value("result", in: answer) == true, "\(path): \(answer.text)")
        #expect(value("display", in: answer) == "特发性高血压", "\(path)")
      }
      let posted = try await server.send(
        "POST", "ValueSet/$validate-code",
        [
          "resourceType": "Parameters",
          "parameter": [
            ["name": "url", "valueUri": .string(Self.all)],
            [
              "name": "coding",
              "valueCoding": ["system": .string(Self.url), "code": "E11"],
            ],
          ],
        ])
      #expect(posted.status == 200)
      #expect(value("result", in: posted) == false)
      let whole = try await server.send("POST", "ValueSet/$expand", hypertension)
      #expect(whole.json["expansion"]?["total"]?.text == "3", "\(whole.text)")
    }
  }

  @Test func `lookup, subsumes and translate answer`() async throws {
    try await TestServer.run { server in
      try await store(server)
      let lookup = try await server.get("CodeSystem/$lookup?system=\(Self.url)&code=E11")
      #expect(value("display", in: lookup) == "2型糖尿病", "\(lookup.text)")
      let subsumes = try await server.get(
        "CodeSystem/icd/$subsumes?codeA=I10&codeB=I10.x01")
      #expect(value("outcome", in: subsumes) == "subsumes", "\(subsumes.text)")
      let map: JSON = [
        "resourceType": "ConceptMap", "id": "local", "url": "http://example.org/map",
        "status": "active",
        "group": [
          [
            "source": "http://local", "target": .string(Self.url),
            "element": [
              ["code": "gxy", "target": [["code": "I10", "equivalence": "equivalent"]]]
            ],
          ]
        ],
      ]
      #expect(try await server.send("PUT", "ConceptMap/local", map).status == 201)
      for path in [
        "ConceptMap/$translate?system=http://local&code=gxy",
        "ConceptMap/local/$translate?system=http://local&code=gxy",
      ] {
        let answer = try await server.get(path)
        #expect(value("result", in: answer) == true, "\(answer.text)")
      }
    }
  }

  @Test func `closure tells what is new in the order of the codes that a client uses`()
    async throws
  {
    try await TestServer.run { server in
      try await store(server)
      func close(_ codes: [String], version: String? = nil) async throws -> TestServer.Answer {
        var parts: [JSON] = [["name": "name", "valueString": "病历"]]
        parts += codes.map {
          ["name": "concept", "valueCoding": ["system": .string(Self.url), "code": .string($0)]]
        }
        if let version { parts.append(["name": "version", "valueString": .string(version)]) }
        return try await server.send(
          "POST", "$closure", ["resourceType": "Parameters", "parameter": .array(parts)])
      }
      func pairs(_ answer: TestServer.Answer) -> [String] {
        (answer.json["group"]?[0]?["element"]?.items ?? []).flatMap { element in
          (element["target"]?.items ?? []).map {
            "\(element["code"]?.string ?? "") < \($0["code"]?.string ?? "")"
          }
        }
      }
      let begun = try await close([])
      #expect(begun.json["version"] == "0", "\(begun.text)")
      #expect(pairs(try await close(["I10.x00", "E11"])).isEmpty)
      #expect(pairs(try await close(["I10"])) == ["I10.x00 < I10"])
      let last = try await close(["I10.x01"])
      #expect(pairs(last) == ["I10.x01 < I10"])
      #expect(last.json["version"] == "3")
      #expect(pairs(try await close(["I10"])).isEmpty)
      let again = try await close([], version: "1")
      #expect(pairs(again) == ["I10.x00 < I10", "I10.x01 < I10"], "\(again.text)")
      #expect(try await close([], version: "9").status == 400)
      #expect(try await close(["Z99"]).status == 400)
    }
  }

  @Test func `a changed code system is seen at once, a deleted one not at all`() async throws {
    try await TestServer.run { server in
      try await store(server)
      let path = "CodeSystem/$lookup?system=\(Self.url)&code=I10"
      #expect(value("display", in: try await server.get(path)) == "高血压")
      #expect(try await server.send("PUT", "CodeSystem/icd", icd("原发性高血压")).status == 200)
      #expect(value("display", in: try await server.get(path)) == "原发性高血压")
      #expect(try await server.send("DELETE", "CodeSystem/icd").status < 300)
      #expect(try await server.get(path).status == 404)
    }
  }

  @Test func `an unknown parameter and an unknown value set are refused`() async throws {
    try await TestServer.run { server in
      let parameter = try await server.get("ValueSet/$expand?url=\(Self.all)&sort=1")
      #expect(parameter.status == 400)
      #expect(parameter.issue["details"]?["text"]?.string?.contains("'sort'") ?? false)
      let unknown = try await server.get("ValueSet/$expand?url=http://example.org/none")
      #expect(unknown.status == 404)
      #expect(unknown.issue["details"]?["coding"]?[0]?["code"] == "not-found")
      let complex = try await server.get("ValueSet/$validate-code?url=\(Self.all)&coding=a|b")
      #expect(complex.status == 400)
    }
  }

  @Test func `the operations are told in the capability statement`() async throws {
    try await TestServer.run { server in
      let statement = try await server.get("metadata").json
      let resources = statement["rest"]?[0]?["resource"]?.items ?? []
      let system = resources.first { $0["type"] == "CodeSystem" }?["operation"]?.items ?? []
      let definition = "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code"
      #expect(system.contains(["name": "validate-code", "definition": .string(definition)]))
      #expect(!system.contains { $0["name"] == "expand" })
      try await store(server)
      let terms = try await server.get("metadata?mode=terminology").json
      #expect(terms["resourceType"] == "TerminologyCapabilities")
      let known = terms["codeSystem"]?.items ?? []
      #expect(known.contains(["uri": .string(Self.url), "version": [["code": "2"]]]))
      #expect(known.contains { $0["uri"] == "http://hl7.org/fhir/administrative-gender" })
    }
  }

  @Test func `in, not-in, below and above search by value set and hierarchy`() async throws {
    try await TestServer.run { server in
      try await store(server)
      for (id, code) in [("a", "I10"), ("b", "I10.x00"), ("c", "E11")] {
        let answer = try await server.send(
          "PUT", "Condition/\(id)",
          [
            "resourceType": "Condition", "id": .string(id), "subject": ["display": "某人"],
            "code": ["coding": [["system": .string(Self.url), "code": .string(code)]]],
          ])
        #expect(answer.status == 201, "\(answer.text)")
      }
      for (query, ids) in [
        ("code:in=\(Self.all)", ["a", "b"]), ("code:not-in=\(Self.all)", ["c"]),
        ("code:below=\(Self.url)|I10", ["a", "b"]), ("code:below=\(Self.url)|I10.x00", ["b"]),
        ("code:above=\(Self.url)|I10.x00", ["a", "b"]), ("code:above=\(Self.url)|I10", ["a"]),
      ] {
        let answer = try await server.get("Condition?\(query)")
        #expect(answer.keys.sorted() == ids.map { "Condition/\($0)" }, "\(query): \(answer.text)")
      }
      let woman: JSON = ["resourceType": "Patient", "id": "w", "gender": "female"]
      #expect(try await server.send("PUT", "Patient/w", woman).status == 201)
      let gender = "http://hl7.org/fhir/ValueSet/administrative-gender"
      #expect(try await server.get("Patient?gender:in=\(gender)").keys == ["Patient/w"])
      #expect(try await server.get("Condition?code:in=http://none").status >= 400)
      #expect(try await server.get("Condition?code:below=I10").status == 400)
    }
  }

  @Test func `conditional requests mean the same codes as plain searches`() async throws {
    try await TestServer.run { server in
      try await store(server)
      func condition(_ code: String) -> JSON {
        [
          "resourceType": "Condition", "subject": ["display": "某人"],
          "code": ["coding": [["system": .string(Self.url), "code": .string(code)]]],
        ]
      }
      let below = "code:below=\(Self.url)%7CI10"
      for status in [201, 200] {
        let answer = try await server.send(
          "POST", "Condition", condition("I10.x00"), headers: ["If-None-Exist": below])
        #expect(answer.status == status, "\(answer.text)")
      }
      let entry: JSON = [
        "request": ["method": "POST", "url": "Condition", "ifNoneExist": .string(below)],
        "resource": condition("I10"),
      ]
      let bundle: JSON = [
        "resourceType": "Bundle", "type": "transaction", "entry": [entry],
      ]
      let answer = try await server.send("POST", "", bundle)
      #expect(answer.json["entry"]?[0]?["response"]?["status"]?.string?.hasPrefix("200") == true)
      let inSet = "Condition?code:in=\(Self.all)"
      #expect(try await server.send("PUT", inSet, condition("I10")).status == 200)
      #expect(try await server.send("DELETE", inSet).status == 204)
      #expect(try await server.get(inSet).keys.isEmpty)
    }
  }
}
