import FHIR
import FHIRPath
import TestSupport
import Testing

/// Plans must yield what the interpreter yields.
@Suite("Plans") struct PlanTests {
  static let environment: Environment = {
    var environment = Environment(now: PartialDate(milliseconds: 1_790_000_000_000))
    environment.isAsFilter = true
    return environment
  }()

  static func examples() throws -> [JSONDocument] {
    try Reference.lines("fhir-r4-examples/examples.ndjson.gz").map { try JSONDocument.parse($0) }
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `every search parameter has the same results by plan and by interpreter`() throws {
    var compared = 0
    var planned = 0
    var found = 0
    let documents = try Self.examples()
    var compiled: [TypeID: [CompiledPath]] = [:]
    for document in documents {
      let node = Node(resource: document.root)
      if compiled[node.type] == nil {
        compiled[node.type] = try Schema.r4.searchParameters(for: node.type)
          .filter { !$0.expression.isEmpty && !$0.expression.contains("resolve()") }
          .map { try CompiledPath(parsing: $0.expression, on: node.type) }
      }
      for path in compiled[node.type] ?? [] {
        compared += 1
        if path.isPlanned { planned += 1 }
        var direct: [String] = []
        try path.forEachValue(on: document.root, Self.environment) { direct.append(key($0)) }
        let interpreted = try path.path.evaluate(on: node, Self.environment).map(key)
        found += interpreted.count
        // A union yields equal elements once, a plan may yield them all.
        let isRight =
          path.path.text.contains("|")
          ? Set(direct).isSuperset(of: interpreted) : direct == interpreted
        #expect(isRight, "\(path.path.text)")
      }
    }
    print("PLANS \(planned) of \(compared) evaluations planned, \(found) values")
    #expect(compared > 1_000 && found > 1_000)
    #expect(planned * 10 >= compared * 9)
  }

  func key(_ value: Value) -> String {
    if case .node(let node) = value { return "\(node.cursor.index)" }
    return value.shownText
  }

  @Test func `a reference is filtered by the type that its text says`() throws {
    let document = try JSONDocument.parse(
      """
      {"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}],
      "performer":[{"reference":"Patient/1"},
      {"reference":"http://a/fhir/Practitioner/2/_history/3"},
      {"reference":"#p"},{"type":"Patient","identifier":{"value":"1"}},{"reference":"urn:uuid:0"}]}
      """)
    let type = try #require(Schema.r4.type(named: "Observation"))
    let text = "Observation.performer.where(resolve() is Patient)"
    let path = try CompiledPath(parsing: text, on: type)
    #expect(path.isPlanned)
    var found = 0
    try path.forEach(on: document.root, Self.environment) { _, _ in found += 1 }
    #expect(found == 3)
  }

  @Test(arguments: [
    ("deceased.exists() and deceased != false", "true"),
    ("name.exists(use = 'official' and period.empty())", "true"),
    ("active.not()", ""), ("name.where(family = 'X').exists().not()", "true"),
    ("birthDate.exists()", "true"), ("telecom.empty() implies active", ""),
  ])
  func `conditions keep three-valued logic`(expression: String, expected: String) throws {
    let document = try JSONDocument.parse(
      """
      {"resourceType":"Patient","deceasedDateTime":"2020","_birthDate":{"extension":[]},
      "name":[{"use":"official","family":"A"}]}
      """)
    let node = Node(resource: document.root)
    let path = try CompiledPath(parsing: expression, on: node.type)
    #expect(path.isPlanned)
    var direct = ""
    try path.forEachValue(on: document.root, Self.environment) { direct += $0.shownText }
    #expect(direct == expected)
    let interpreted = try path.path.evaluate(on: node, Self.environment)
    #expect(interpreted.map(\.shownText).joined() == expected)
  }
}
