import FHIR

/// The tree asked of the index rows of one resource, without the index.
///
/// For the few resources that another criterion has left; and to check what a database answers.
extension Expression {
  /// Whether the rows of one resource suffice to tell: nothing leads to another.
  package var isLocal: Bool {
    switch self {
    case .all, .none, .token, .codes, .string, .uri, .range, .missing: true
    case .quantity, .composite: true
    case .and(let parts), .or(let parts): parts.allSatisfy(\.isLocal)
    case .not(let part): part.isLocal
    case .ids, .reference, .chain, .has, .updated, .sequence, .types, .fullText, .list,
      .compartment:
      false
    }
  }

  /// Whether the tree holds for a resource with these rows; the tree is local.
  package func holds(for entries: IndexEntries) -> Bool {
    switch self {
    case .all: return true
    case .and(let parts): return parts.allSatisfy { $0.holds(for: entries) }
    case .or(let parts): return parts.contains { $0.holds(for: entries) }
    case .not(let part): return !part.holds(for: entries)
    case .missing(let keys):
      let own = Set(keys.numbers)
      return !entries.rows.contains { own.contains($0.key / IndexVariant.count) }
    case .token(let keys, let value):
      let wanted = keys.keys(value.variant)
      return entries.rows.contains { wanted.contains($0.key) && value.holds($0.low, $0.high) }
    case .codes(let keys, let set):
      let wanted = keys.keys(.value)
      return entries.rows.contains { wanted.contains($0.key) && set.holds($0.low, $0.high) }
    case .string(let keys, let value):
      let wanted = keys.keys(value.variant)
      return value.holds(entries.rows.lazy.filter { wanted.contains($0.key) }, entries)
    case .uri(let keys, let value):
      let wanted = keys.keys(.value)
      return entries.rows.contains { row in
        guard wanted.contains(row.key), row.kind == .text else { return false }
        return value.holds(String(decoding: entries.text(of: row), as: UTF8.self))
      }
    case .range(let keys, let value):
      let wanted = keys.keys(.value) + keys.keys(.long)
      return entries.rows.contains { wanted.contains($0.key) && value.holds($0) }
    case .quantity(let keys, let value): return value.holds(keys, entries)
    case .composite(let keys, let values):
      let hasUnit = values.contains { $0.hasUnit }
      let wanted = keys.keys(hasUnit ? .unit : .value)
      return entries.rows.contains { row in
        row.kind == .tuple && wanted.contains(row.key)
          && CompositeValue.hold(values, entries.tuples[Int(row.low)].values)
      }
    default: return false
    }
  }
}

extension TokenValue {
  /// Whether a row with this code and system is meant.
  func holds(_ code: Int64, _ system: Int64) -> Bool {
    (codeHash ?? code) == code && (systemHash ?? system) == system
  }
}

extension StringValue {
  fileprivate func holds(
    _ rows: some Sequence<IndexEntry>, _ entries: IndexEntries
  ) -> Bool {
    let needle = Array((match == .exact ? exactRow : folded).utf8)
    return rows.contains { row in
      guard row.kind == .text else { return false }
      let text = entries.text(of: row)
      return switch match {
      case .starts: text.starts(with: needle)
      case .exact: text.elementsEqual(needle)
      case .contains: needle.isEmpty || text.firstRange(of: needle) != nil
      }
    }
  }
}

extension URIValue {
  fileprivate func holds(_ text: String) -> Bool {
    switch self {
    case .equal(let url): text == url || (!url.contains("|") && text.hasPrefix(url + "|"))
    case .below(let url): text.hasPrefix(url)
    case .above(let urls): urls.contains(text)
    }
  }
}

extension RangeValue {
  func holds(_ row: IndexEntry) -> Bool {
    switch row.kind {
    case .integer: holds(row.low, row.high)
    case .real: holds(row.lowReal, row.highReal)
    case .text, .reference, .tuple: false
    }
  }

  func holds(_ low: TupleValue, _ high: TupleValue) -> Bool {
    switch (low, high) {
    case (.integer(let low), .integer(let high)): holds(low, high)
    case (.real(let low), .real(let high)): holds(low, high)
    default: false
    }
  }
}

extension QuantityValue {
  fileprivate func holds(_ keys: ParameterKeys, _ entries: IndexEntries) -> Bool {
    guard let unit else { return Expression.range(keys, range).holds(for: entries) }
    let units = keys.keys(.unit)
    let bases = keys.keys(.canonical)
    let canonical = canonical
    return entries.rows.contains { row in
      guard row.kind == .tuple else { return false }
      let values = entries.tuples[Int(row.low)].values
      guard case .integer(let code) = values[0], case .integer(let system) = values[1] else {
        return false
      }
      if units.contains(row.key), unit.holds(code, system) {
        return range.holds(values[2], values[3])
      }
      guard let canonical, bases.contains(row.key), code == canonical.dimension else {
        return false
      }
      return canonical.range.holds(values[2], values[3])
    }
  }
}

extension CompositeValue {
  package var hasUnit: Bool {
    if case .quantity(let value) = self { return value.unit != nil }
    return false
  }

  /// Whether all components hold for a tuple.
  fileprivate static func hold(_ components: [CompositeValue], _ values: [TupleValue]) -> Bool {
    var rest = values[...]
    for component in components {
      if case .quantity(let quantity) = component, let unit = quantity.unit {
        guard rest.count >= 4, Self.token(unit, rest) else { return false }
        rest = rest.dropFirst(2)
      }
      guard rest.count >= 2, component.holds(rest) else { return false }
      rest = rest.dropFirst(2)
    }
    return true
  }

  private static func token(_ token: TokenValue, _ values: ArraySlice<TupleValue>) -> Bool {
    guard case .integer(let code)? = values.first,
      case .integer(let system)? = values.dropFirst().first
    else { return false }
    return token.holds(code, system)
  }

  private func holds(_ values: ArraySlice<TupleValue>) -> Bool {
    guard let low = values.first, let high = values.dropFirst().first else { return false }
    switch (self, low) {
    case (.token(let token), _): return Self.token(token, values)
    case (.string(let string), .text(let text)): return text.hasPrefix(string.folded)
    case (.uri(let url), .text(let text)): return url == text
    case (.range(let range), _): return range.holds(low, high)
    case (.quantity(let quantity), _): return quantity.range.holds(low, high)
    case (.reference(let reference), .reference(let type, let id)):
      return reference.id == id && reference.types.contains(type)
    case (.reference(let reference), .integer(let hash)):
      return reference.url.map { Hash.url($0) } == hash
    default: return false
    }
  }
}
