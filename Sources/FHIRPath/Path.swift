package import FHIR

/// An expression of FHIRPath, read once and evaluated as often as wanted.
///
/// <https://hl7.org/fhirpath/N1/>, <https://hl7.org/fhir/R4/fhirpath.html>
package struct Path: Sendable {
  package let text: String
  let syntax: Syntax

  /// Reads an expression; the error draws the place in question.
  package init(parsing text: String) throws(Anomaly) {
    var parser = try Parser(text)
    self.text = text
    syntax = try parser.parse()
  }

  /// Evaluates the expression on an element.
  ///
  /// - Parameters:
  ///   - resource: `%resource`, the resource that holds the element; the element itself when nil.
  ///   - rootResource: `%rootResource`, the resource that holds `resource` when that is contained.
  /// - Returns: values that are valid as long as the documents are that they came from.
  package func evaluate(
    on node: Node, resource: Node? = nil, rootResource: Node? = nil,
    _ environment: Environment
  ) throws(Anomaly) -> [Value] {
    try evaluate(
      on: Value.node(node), resource: resource ?? node, rootResource: rootResource, environment)
  }

  /// Evaluates the expression on any value, or on nothing.
  package func evaluate(
    on value: Value?, resource: Node? = nil, rootResource: Node? = nil,
    _ environment: Environment
  ) throws(Anomaly) -> [Value] {
    let evaluator = Evaluator(
      environment, context: value, resource: resource.map { .node($0) },
      rootResource: (rootResource ?? resource).map { .node($0) })
    var context = Context(this: value)
    do {
      return try evaluator.evaluate(syntax, &context)
    } catch {
      throw located(error, at: evaluator.place)
    }
  }

  /// Reads, checks and evaluates an expression on a resource, which says its type itself.
  package static func evaluate(
    _ text: String, on resource: JSONDocument, _ environment: Environment
  ) throws(Anomaly) -> [Value] {
    let path = try Path(parsing: text)
    let node = Node(resource: resource.root)
    try path.check(on: node.type)
    return try path.evaluate(on: node, environment)
  }

  /// Whether the expression holds: its one value is true, or is something else than false.
  package func holds(
    on node: Node, resource: Node? = nil, rootResource: Node? = nil, _ environment: Environment
  ) throws(Anomaly) -> Bool {
    let result = try evaluate(
      on: node, resource: resource, rootResource: rootResource, environment)
    guard result.count == 1 else { return false }
    if case .boolean(let value) = result[0].system { return value }
    return true
  }

  // MARK: Errors

  /// An error of evaluation with a drawing of the place.
  func located(_ error: Anomaly, at offset: Int) -> Anomaly {
    let caret = Caret(in: text, at: offset)
    var located = error
    located.message = Path.english(error.message, caret)
    located.chinese = error.chinese.map { Path.chinese($0, caret) }
    return located
  }

  static func anomaly(
    _ message: String, _ chinese: String, in text: UnsafeRawBufferPointer, at offset: Int
  ) -> Anomaly {
    let caret = Caret(in: text, at: offset)
    return .incorrect(english(message, caret), chinese: Path.chinese(chinese, caret))
  }

  private static func english(_ message: String, _ caret: Caret) -> String {
    "FHIRPath line \(caret.line), column \(caret.column): \(message)\n\(caret.drawing)"
  }

  private static func chinese(_ message: String, _ caret: Caret) -> String {
    "FHIRPath 第 \(caret.line) 行第 \(caret.column) 列:\(message)\n\(caret.drawing)"
  }
}
