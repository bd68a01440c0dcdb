package import FHIR

/// Finds what a resource is searched by. <https://hl7.org/fhir/R4/search.html>
package struct IndexExtractor: Sendable {
  private let plans: [TypeID: ExtractionPlan]
  /// The zone of dates without one, in minutes east of UTC.
  private let offsetInMinutes: Int
  private let base: [UInt8]?

  /// - Parameter base: the address of this server, so that references to itself are local.
  package init(_ table: ParameterTable, offsetInMinutes: Int = 0, base: String? = nil) {
    var plans: [TypeID: ExtractionPlan] = [:]
    for type in Schema.r4.resourceTypes {
      plans[type] = ExtractionPlan(
        table.parameters(of: type).filter { Self.isIndexed($0) && $0.union.isEmpty })
    }
    self.plans = plans
    self.offsetInMinutes = offsetInMinutes
    self.base = base.map { Array(($0 + "/").utf8) }
  }

  /// The rows of one parameter alone, for building the index of a new one.
  package init(
    _ parameter: SearchParameter, offsetInMinutes: Int = 0, base: String? = nil
  ) {
    plans = [parameter.base: ExtractionPlan([parameter])]
    self.offsetInMinutes = offsetInMinutes
    self.base = base.map { Array(($0 + "/").utf8) }
  }

  /// `_id` and `_lastUpdated` are columns of the store; `_text` and its like have no expression.
  static func isIndexed(_ parameter: SearchParameter) -> Bool {
    parameter.code != "_id" && parameter.code != "_lastUpdated"
      && !parameter.definition.expression.isEmpty
  }

  /// The index rows of a resource; a row that several values make is given once.
  package func entries(for resource: JSONCursor, _ type: TypeID) -> IndexEntries {
    guard let plan = plans[type] else { return IndexEntries() }
    let writer = EntryWriter(resource, offsetInMinutes: offsetInMinutes, base: base)
    Visit(plan: plan, writer: writer).visit(resource, 0)
    return writer.entries
  }
}

/// One walk through a resource.
private struct Visit {
  let plan: ExtractionPlan
  let writer: EntryWriter

  func visit(_ value: JSONCursor, _ index: Int) {
    let node = plan.nodes[index]
    for place in node.actions {
      let action = plan.actions[place]
      switch action.kind {
      case .leaf: writer.write(value, action.form, action.key)
      case .composite: writer.tuples(value, plan.composites[action.place], action.key)
      case .truth: writer.truth(value, plan.truths[action.place], action.key)
      }
    }
    guard !node.edges.isEmpty, value.kind == .object else { return }
    for member in value.children where !member.isUnderscored {
      let name = member.name
      for place in node.edges where plan.edges[place].name == name {
        follow(plan.edges[place], to: member)
      }
    }
  }

  private func follow(_ edge: ExtractionPlan.Edge, to member: JSONCursor) {
    guard member.kind == .array else {
      if holds(edge, member, 0) { visit(member, edge.node) }
      return
    }
    var index = 0
    for item in member.children {
      if holds(edge, item, index) { visit(item, edge.node) }
      index &+= 1
    }
  }

  @inline(__always)
  private func holds(_ edge: ExtractionPlan.Edge, _ value: JSONCursor, _ index: Int) -> Bool {
    edge.conditions < 0 || writer.holds(plan.conditions[edge.conditions], of: value, at: index)
  }
}

/// Codes as text, for sorting.
extension IndexExtractor {
  /// The codes of a token parameter in a resource, folded.
  package func codes(of parameter: SearchParameter, in resource: JSONCursor) -> [[UInt8]] {
    let writer = EntryWriter(resource, offsetInMinutes: offsetInMinutes, base: base)
    var codes: [[UInt8]] = []
    func add(_ value: JSONCursor?) {
      guard let value, value.kind != .object, value.kind != .array else { return }
      var code: [UInt8] = []
      writer.withBytes(of: value) { Fold.append($0, to: &code) }
      codes.append(code)
    }
    let expression = parameter.definition.expression
    for path in PathParser.paths(expression, of: parameter.base) ?? [] {
      writer.forEachValue(of: path.steps[...], in: resource) { value in
        switch LeafForm(.token, path.type) {
        case .coding: add(value.member(.code))
        case .codeableConcept:
          if let codings = value.member(.coding) {
            for coding in codings.children { add(coding.member(.code)) }
          }
          if codes.isEmpty { add(value.member(.text)) }
        case .identifier, .contactPoint: add(value.member(.value))
        default: add(value)
        }
      }
    }
    return codes
  }
}

/// Text for `_text` and `_content`.
extension IndexExtractor {
  /// The words of the narrative and of all strings, cut into terms.
  /// <https://hl7.org/fhir/R4/search.html#content>
  package static func fullText(of resource: JSONCursor) -> (narrative: [UInt8], content: [UInt8]) {
    var narrative: [UInt8] = []
    var content: [UInt8] = []
    if let div = resource.member(.text)?.member(.div) {
      var text: [UInt8] = []
      var isTag = false
      for byte in (div.string ?? "").utf8 {
        if byte == UInt8(ascii: "<") { isTag = true }
        if !isTag { text.append(byte) }
        if byte == UInt8(ascii: ">") {
          isTag = false
          text.append(UInt8(ascii: " "))
        }
      }
      text.withUnsafeBytes { Bigrams.append($0, to: &narrative) }
    }
    appendStrings(of: resource, to: &content)
    content += narrative
    return (narrative, content)
  }

  private static func appendStrings(of value: JSONCursor, to out: inout [UInt8]) {
    if value.kind == .string {
      if let text = value.string { out += Array(Bigrams.terms(of: text).utf8) }
      return
    }
    for child in value.children where !isForMachines(child) { appendStrings(of: child, to: &out) }
  }

  /// Addresses and bytes, which no person asks for by words and parameters of their own find; and
  /// the narrative's markup, whose text is taken.
  private static func isForMachines(_ member: JSONCursor) -> Bool {
    switch member.name {
    case .div, .url, .system, .reference, .profile, .source: true
    default: member.nameEquals("data")
    }
  }
}
