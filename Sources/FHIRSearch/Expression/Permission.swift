package import FHIR

/// What of each type the asker may know of: no other resource can have any influence on an answer.
///
/// A chain, `_has` or inclusion that leads through a resource which may not be known finds nothing,
/// so
/// that nothing can be concluded from whether a search has results.
package struct Permission: Hashable, Sendable {
  /// Everything may be known.
  package static let everything = Permission(criteria: nil)

  private let criteria: [TypeID: Expression]?

  private init(criteria: [TypeID: Expression]?) { self.criteria = criteria }

  /// What may be known of each type; nothing of a type that is not there.
  package init(_ criteria: [TypeID: Expression]) { self.criteria = criteria }

  package var isEverything: Bool { criteria == nil }

  /// What must hold for a resource of a type to be known.
  package func criterion(of type: TypeID) -> Expression {
    guard let criteria else { return .all }
    return criteria[type] ?? .none
  }
}

extension Expression {
  /// The search of some types, restricted to what may be known.
  package func restricted(to permission: Permission, types: [TypeID]) -> Expression {
    guard !permission.isEverything else { return self }
    let allowed = types.map { type in
      types.count == 1
        ? permission.criterion(of: type)
        : Expression.and([.types([type]), permission.criterion(of: type)])
    }
    return Expression.and([inside(permission), .or(allowed)]).normalized
  }

  /// The tree with a criterion for every resource that is gone through.
  private func inside(_ permission: Permission) -> Expression {
    switch self {
    case .and(let parts): .and(parts.map { $0.inside(permission) })
    case .or(let parts): .or(parts.map { $0.inside(permission) })
    case .not(let part): .not(part.inside(permission))
    case .chain(let keys, let type, let inner):
      .chain(keys, type, .and([inner.inside(permission), permission.criterion(of: type)]))
    case .has(let keys, let type, let inner):
      .has(keys, type, .and([inner.inside(permission), permission.criterion(of: type)]))
    case .list(let id, let keys):
      if let list = Schema.r4.type(named: "List") {
        .has(keys, list, .and([.ids([id]), permission.criterion(of: list)]))
      } else {
        .none
      }
    default: self
    }
  }
}
