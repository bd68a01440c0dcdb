import ArgumentParser
import FHIR
import Terminology

/// `kangqu bench terms`: `$validate-code` a second, of a list as large as the national ICD-10.
struct BenchTerms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms", abstract: "术语校验 · Validates codes",
    discussion: """
      EXAMPLE
        kangqu bench terms
      """)

  private static let url = "http://example.org/CodeSystem/list"
  private static let set = "http://example.org/ValueSet/branch"
  /// Of each heading a hundred codes.
  private static let headings = 400

  func run() throws {
    var codes: [ListedCode] = []
    for heading in 0..<Self.headings {
      codes.append(ListedCode(code: "C\(heading)", display: "Heading \(heading)"))
      for index in 0..<100 {
        var code = ListedCode(code: "C\(heading).\(index)", display: "Disease \(heading) \(index)")
        code.parent = "C\(heading)"
        codes.append(code)
      }
    }
    let edition = CodeListEdition(url: Self.url, version: "1", name: "List", codes: codes)
    let library = try library(edition)
    var right = 0
    var asked = 0
    let rate = try Measurement.perSecond {
      for code in codes[asked % codes.count..<min(asked % codes.count + 1_000, codes.count)] {
        asked += 1
        if try isRight(code, library) { right += 1 }
      }
      return min(1_000, codes.count)
    }
    print(#"{"perSecond":\#(rate),"right":\#(right > 0)}"#)
  }

  private func library(_ edition: CodeListEdition) throws -> Library {
    var library = Library()
    let document = try JSONDocument.parse(edition.encoded())
    defer { withExtendedLifetime(document) {} }
    library.add(try CodeSystem(document.root))
    let filter: JSON = ["property": "concept", "op": "is-a", "value": "C7"]
    let include: JSON = ["system": .string(Self.url), "filter": [filter]]
    try library.add([
      "resourceType": "ValueSet", "url": .string(Self.set), "status": "active",
      "compose": ["include": [include, ["system": .string(Self.url)]]],
    ])
    return library
  }

  private func isRight(_ code: ListedCode, _ library: Library) throws(Anomaly) -> Bool {
    let answer = try TerminologyCall(
      .validateCode, of: "ValueSet", library: library,
      question: Question([
        Question.Part(name: "url", value: .string(Self.set)),
        Question.Part(name: "system", value: .string(Self.url)),
        Question.Part(name: "code", value: .string(code.code)),
        Question.Part(name: "display", value: .string(code.display)),
      ]), timestamp: "", identifier: ""
    ).answer()
    return answer["parameter"]?[0]?["valueBoolean"] == true
  }
}
