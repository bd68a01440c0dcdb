import FHIR

/// The tree in one line, for people and tests.
extension Expression: CustomStringConvertible {
  package var description: String {
    switch self {
    case .all: "all"
    case .none: "none"
    case .and(let parts): "(" + parts.map(\.description).joined(separator: " and ") + ")"
    case .or(let parts): "(" + parts.map(\.description).joined(separator: " or ") + ")"
    case .not(let part): "not \(part)"
    case .ids(let ids): "_id in [\(ids.joined(separator: ", "))]"
    case .token(let keys, let value): "\(keys.code) = \(value)"
    case .codes(let keys, let set): "\(keys.code) is \(set)"
    case .string(let keys, let value): "\(keys.code) \(value)"
    case .uri(let keys, let value): "\(keys.code) \(value)"
    case .range(let keys, let value): "\(keys.code) \(value)"
    case .quantity(let keys, let value): "\(keys.code) \(value)"
    case .reference(let keys, let value): "\(keys.code) -> \(value)"
    case .composite(let keys, let values):
      "\(keys.code) (" + values.map(\.description).joined(separator: " $ ") + ")"
    case .missing(let keys): "\(keys.code) is missing"
    case .chain(let keys, let type, let inner):
      "\(keys.code) -> \(Schema.r4.name(of: type))[\(inner)]"
    case .has(let keys, let type, let inner):
      "\(keys.code) <- \(Schema.r4.name(of: type))[\(inner)]"
    case .updated(let value): "_lastUpdated \(value)"
    case .sequence(let range): "sequence in \(range.lowerBound)...\(range.upperBound)"
    case .types(let types):
      "type in [" + types.map(Schema.r4.name(of:)).joined(separator: ", ") + "]"
    case .fullText(let value): "\(value)"
    case .list(let id, _): "in List/\(id)"
    case .compartment(let type, let id, let keys):
      "\(keys.code) in \(Schema.r4.name(of: type))/\(id)"
    }
  }
}
