package import FHIR
package import FHIRPath

/// How deep a validation goes; each depth includes those before it.
package enum Depth: Int, Comparable, CaseIterable, Sendable {
  /// Names, JSON form, cardinality, primitive formats, references, narrative.
  case structure
  /// And the codes of required bindings.
  case bindings
  /// And all invariants of the standard.
  case invariants
  /// And the profiles that resources claim in `meta.profile`.
  case profiles

  package static func < (one: Depth, other: Depth) -> Bool { one.rawValue < other.rawValue }
}

/// Tells whether resources obey FHIR R4, and what is wrong with those that do not.
///
/// <https://hl7.org/fhir/R4/validation.html>. It never throws: whatever a document holds, the
/// answer is a list of issues. One value serves any number of threads.
package struct Validator: Sendable {
  package let depth: Depth
  /// How many issues are listed; one more says how many there were beyond.
  package let issueLimit: Int
  /// The profiles that are known beside the standard's types.
  package var profiles: ProfileSet
  /// Whether some habits of other servers are warned of and not refused.
  ///
  /// A system that is no absolute URI, a reference that names nothing, a lone object where a list
  /// is
  /// due: they mean what they say, and a store that refused them would lose what is sent to it.
  package var bearsForeignHabits = false
  /// What `today()` and `now()` say in the invariants of profiles, and how they look codes up.
  package var environment: Environment

  package init(
    depth: Depth = .invariants, profiles: ProfileSet = ProfileSet(),
    environment: Environment = Environment(now: PartialDate(milliseconds: 0)),
    issueLimit: Int = 100
  ) {
    self.depth = depth
    self.profiles = profiles
    self.environment = environment
    self.environment.isAsFilter = true
    self.issueLimit = max(1, issueLimit)
  }

  /// All issues of a document: a resource of any type, or of the one given.
  ///
  /// Profiles given by canonical URL are checked at any depth.
  package func validate(
    _ document: JSONDocument, as type: TypeID? = nil, against profiles: [String] = []
  ) -> [Issue] {
    withExtendedLifetime(document) {
      validate(document.root, in: document, as: type, against: profiles)
    }
  }

  /// All issues of a part of a document, such as one resource of a bundle.
  package func validate(
    _ cursor: JSONCursor, in document: JSONDocument, as type: TypeID? = nil,
    against profiles: [String] = []
  ) -> [Issue] {
    var walk = Walk(cursor, as: type, settings: self)
    var issues = walk.run(as: type, against: profiles)
    if !issues.isEmpty { issues.locate(in: document.bytes) }
    return issues
  }
}
