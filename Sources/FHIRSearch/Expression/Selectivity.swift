/// The order of a conjunction: first what leaves the fewest resources, so that the rest is asked of
/// few.
extension Expression {
  /// The tree with every conjunction in order of cost.
  package var ordered: Expression {
    switch self {
    case .and(let parts):
      .and(
        parts.map(\.ordered).enumerated().sorted { left, right in
          (left.element.rank, left.offset) < (right.element.rank, right.offset)
        }.map(\.element))
    case .or(let parts): .or(parts.map(\.ordered))
    case .not(let part): .not(part.ordered)
    case .chain(let keys, let type, let inner): .chain(keys, type, inner.ordered)
    case .has(let keys, let type, let inner): .has(keys, type, inner.ordered)
    default: self
    }
  }

  /// How little is left, guessed from the kind: 0 for a single resource.
  package var rank: Int {
    switch self {
    case .none: 0
    case .ids: 1
    case .token(let keys, let value):
      keys.code == "identifier" ? 2 : keys.code.hasPrefix("_") ? 12 : value.code == nil ? 13 : 6
    case .codes: 9
    case .uri(_, .equal): 3
    case .reference, .compartment, .list: 4
    case .composite: 5
    case .string(_, let value): value.match == .contains ? 14 : 5
    case .fullText: 6
    case .and(let parts): parts.map(\.rank).min() ?? 20
    case .or(let parts): (parts.map(\.rank).max() ?? 20) + 1
    case .quantity(_, let value): value.unit == nil ? 9 : 8
    case .range(_, let value): value.comparison == .eq ? 8 : 11
    case .uri: 10
    case .chain(_, _, let inner), .has(_, _, let inner): inner.rank + 3
    case .updated, .sequence: 12
    case .types: 18
    case .not, .missing: 19
    case .all: 20
    }
  }
}
