/// The tree without empty, single or nested conjunctions and disjunctions.
extension Expression {
  package var normalized: Expression {
    switch self {
    case .and(let parts): Expression.conjunction(parts.map(\.normalized))
    case .or(let parts): Expression.disjunction(parts.map(\.normalized))
    case .not(let part): part.normalized.negated
    case .chain(let keys, let type, let inner):
      inner.normalized == .none ? .none : .chain(keys, type, inner.normalized)
    case .has(let keys, let type, let inner):
      inner.normalized == .none ? .none : .has(keys, type, inner.normalized)
    default: self
    }
  }

  private var negated: Expression {
    switch self {
    case .all: .none
    case .none: .all
    case .not(let part): part
    default: .not(self)
    }
  }

  private static func conjunction(_ parts: [Expression]) -> Expression {
    var flat: [Expression] = []
    for part in parts {
      switch part {
      case .all: continue
      case .none: return .none
      case .and(let inner): flat += inner
      default: flat.append(part)
      }
    }
    flat = unique(flat)
    return flat.count > 1 ? .and(flat) : flat.first ?? .all
  }

  private static func disjunction(_ parts: [Expression]) -> Expression {
    var flat: [Expression] = []
    for part in parts {
      switch part {
      case .none: continue
      case .all: return .all
      case .or(let inner): flat += inner
      default: flat.append(part)
      }
    }
    flat = unique(flat)
    return flat.count > 1 ? .or(flat) : flat.first ?? .none
  }

  private static func unique(_ parts: [Expression]) -> [Expression] {
    var seen: Set<Expression> = []
    return parts.filter { seen.insert($0).inserted }
  }
}
