package import FHIR

/// What an evaluation knows besides the resource: the time, other resources, terminology,
/// variables.
package struct Environment: Sendable {
  /// What `now()`, `today()` and `timeOfDay()` say.
  package var now: PartialDate
  /// The resource that a reference leads to; who answers keeps its document alive as long as the
  /// results are used.
  package var resolve: (@Sendable (String) -> JSONCursor?)?
  /// Whether a code (as `Coding`, `CodeableConcept`, `code`, …) is in a value set; nil when that is
  /// not known.
  package var memberOf: (@Sendable (Value, String) -> Bool?)?
  /// Whether the first of two codings subsumes the second; nil when that is not known.
  package var subsumes: (@Sendable (Value, Value) -> Bool?)?
  /// Whether a resource conforms to a profile; nil when the profile is not known.
  package var conformsTo: (@Sendable (JSONCursor, String) -> Bool?)?
  /// The values of `%name`, besides those of the standard.
  package var variables: [String: [Value]] = [:]
  /// Where `trace()` goes.
  package var trace: (@Sendable (String, [Value]) -> Void)?
  /// Whether `as` on several items picks those of the type, as invariants of R4 and search
  /// parameters expect.
  package var isAsFilter = false
  package var limits = Limits()

  package init(now: PartialDate) { self.now = now }

  /// The bounds of an evaluation: beyond them it is given up with an error.
  package struct Limits: Sendable {
    /// Items visited in all; a few seconds' work.
    package var steps = 5_000_000
    /// The size of any collection.
    package var items = 500_000
    /// The length of any string made, in bytes.
    package var bytes = 4 << 20

    package init() {}
  }
}

/// What changes from one part of an expression to the next.
struct Context {
  /// `$this`
  var this: Value? {
    didSet { focus = nil }
  }
  /// What expressions without a focus work on, where that is several items and not `$this`.
  var focus: [Value]?
  /// `$index`
  var index = 0
  /// `$total`
  var total: [Value] = []
  var variables: Variable?

  /// A variable that `defineVariable` made, and those before it.
  final class Variable: Sendable {
    let name: String
    let value: [Value]
    let outer: Variable?

    init(name: String, value: [Value], outer: Variable?) {
      self.name = name
      self.value = value
      self.outer = outer
    }
  }

  func variable(_ name: String) -> [Value]? {
    var frame = variables
    while let found = frame {
      if found.name == name { return found.value }
      frame = found.outer
    }
    return nil
  }
}
