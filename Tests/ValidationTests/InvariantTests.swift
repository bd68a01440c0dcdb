import FHIR
import FHIRPath
import TestSupport
import Testing

@testable import Validation

@Suite("Invariants") struct InvariantTests {
  @Test func `every invariant of the standard is FHIRPath that can be evaluated`() {
    for rule in Plans.r4.rules {
      #expect(rule.path != nil, "\(rule.definition.key): \(rule.definition.expression)")
    }
    #expect(Plans.r4.rules.count > 200)
  }

  @Test(arguments: [
    (#"{"resourceType":"Patient","contact":[{"gender":"male"}]}"#, "pat-1", "Patient.contact[0]"),
    (
      #"""
      {"resourceType":"Observation","status":"final","code":{"text":"a"},
      "valueString":"b","dataAbsentReason":{"text":"c"}}
      """#,
      "obs-6", "Observation"
    ),
    (
      #"""
      {"resourceType":"Encounter","status":"planned","class":{"code":"AMB"},
      "period":{"start":"2020-02-01","end":"2020-01-01"}}
      """#,
      "per-1", "Encounter.period"
    ),
    (
      #"""
      {"resourceType":"Encounter","status":"planned","class":{"code":"AMB"},
      "period":{"start":"2020-01-01T10:00:00+08:00","end":"2020-01-01T01:00:00Z"}}
      """#,
      "per-1", "Encounter.period"
    ),
    (
      #"""
      {"resourceType":"Bundle","type":"batch",
      "entry":[{"resource":{"resourceType":"Patient"}}]}
      """#,
      "bdl-3", "Bundle"
    ),
    (
      #"{"resourceType":"Organization","active":true}"#, "org-1", "Organization"
    ),
  ])
  func `a broken invariant is named at the element that breaks it`(
    text: String, key: String, expression: String
  ) throws {
    let errors = Validator().validate(try JSONDocument.parse(text)).filter(\.isError)
    #expect(errors.map(\.expression) == [expression])
    #expect(errors.first?.message.hasPrefix(key + ":") ?? false)
    #expect(errors.first?.code == .invariant)
    #expect(Validator(depth: .bindings).validate(try JSONDocument.parse(text)).areValid)
  }

  /// Every object of every example: what presence proves, FHIRPath must not deny.
  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `what presence alone proves FHIRPath says too`() throws {
    var proven = 0
    var asked = 0
    for document in try Suites.examples() {
      withExtendedLifetime(document) {
        visit(document.root, nil) { cursor, type, resource in
          let plan = Plans.r4.types[Int(type.rawValue)]
          var seen: UInt64 = 0
          for child in cursor.children {
            guard let member = Schema.r4.member(child.name, of: type) else { continue }
            seen |= 1 << UInt64(member.element)
          }
          for rule in Plans.r4.rules[plan.firstRule..<plan.firstRule + plan.ruleCount] {
            asked += 1
            let isNative = rule.native.map { Walk.holds($0, cursor) } ?? false
            guard rule.presence.isProven(by: seen) || isNative else { continue }
            proven += 1
            #expect(
              !isBroken(rule, Node(cursor, type: type), Node(resource: resource)),
              "\(rule.definition.key): \(rule.definition.expression)")
          }
        }
      }
    }
    print("presence proves \(proven) of \(asked) invariants")
    #expect(proven * 10 > asked * 7)
  }

  private func isBroken(_ rule: Rule, _ node: Node, _ resource: Node) -> Bool {
    var environment = Environment(now: PartialDate(milliseconds: 0))
    environment.isAsFilter = true
    do {
      let result = try rule.path?.evaluate(on: node, resource: resource, environment) ?? []
      return Walk.isFalse(result)
    } catch {
      return false
    }
  }

  private func visit(
    _ cursor: JSONCursor, _ type: TypeID?, resource: JSONCursor? = nil,
    _ body: (JSONCursor, TypeID, JSONCursor) -> Void
  ) {
    let isResource = type == nil || type == .resource
    let known = isResource ? Place.resourceType(of: cursor, schema: .r4) : type
    guard let known, cursor.kind == .object else { return }
    let holder = isResource ? cursor : resource ?? cursor
    body(cursor, known, holder)
    for child in cursor.children where !child.isUnderscored {
      guard let member = Schema.r4.member(child.name, of: known), !member.isPrimitive else {
        continue
      }
      for item in child.kind == .array ? child.children.map({ $0 }) : [child] {
        visit(item, member.type, resource: holder, body)
      }
    }
  }
}
