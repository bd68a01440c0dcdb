import FHIR
import FHIRPath
import TestSupport
import Testing

/// The expressions of the standard itself.
@Suite("Expressions of FHIR R4") struct StandardTests {
  static let environment: Environment = {
    var environment = Environment(now: PartialDate(milliseconds: 1_790_000_000_000))
    environment.isAsFilter = true
    return environment
  }()

  /// Invariants of R4 that name elements their types do not have: `ChargeItemDefinition` has no
  /// `name`, and a probability may be a decimal, which has no `low`.
  static let errata: Set<String> = ["cid-0", "ras-1"]

  @Test func `every invariant is understood`() throws {
    let schema = Schema.r4
    var count = 0
    var wrong: Set<String> = []
    func check(_ invariant: InvariantDefinition, on type: TypeID) throws {
      let path = try Path(parsing: invariant.expression)
      count += 1
      do { try path.check(on: type) } catch {
        wrong.insert(invariant.key)
        if !Self.errata.contains(invariant.key) { print(invariant.key, error.message) }
      }
    }
    for type in schema.types {
      for invariant in type.invariants { try check(invariant, on: type.id) }
      for element in type.elements {
        for invariant in element.invariants {
          for reference in element.types { try check(invariant, on: reference.type) }
        }
      }
    }
    #expect(wrong == Self.errata)
    #expect(count > 200)
  }

  @Test func `every search parameter is understood`() throws {
    for parameter in Schema.r4.searchParameters where !parameter.expression.isEmpty {
      for type in parameter.base { _ = try CompiledPath(parsing: parameter.expression, on: type) }
    }
  }

  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `the examples of the standard obey the invariants of their types`() throws {
    var broken: [String] = []
    var checked = 0
    for line in try Reference.lines("fhir-r4-examples/examples.ndjson.gz") {
      let document = try JSONDocument.parse(line)
      let node = Node(resource: document.root)
      for invariant in Schema.r4.invariants(of: node.type) {
        let compiled = try CompiledPath(parsing: invariant.expression, on: node.type)
        checked += 1
        do {
          let holds = try compiled.holds(on: node, resource: node, Self.environment)
          let same = try compiled.path.holds(on: node, Self.environment)
          #expect(holds == same, "\(invariant.key)")
          if !holds, invariant.isError { broken.append("\(node.typeName) \(invariant.key)") }
        } catch { broken.append("\(node.typeName) \(invariant.key): \(error.message)") }
      }
    }
    print("INVARIANTS \(checked) checked, broken: \(broken)")
    #expect(checked > 1_000 && broken.count < 10)
  }
}
