import FHIR

extension Evaluator {
  /// Filtering, projection, subsetting, combining.
  /// <https://hl7.org/fhirpath/N1/#filtering-and-projection>
  func selection(_ call: Call, _ focus: [Value], _ context: inout Context) throws(Anomaly)
    -> [Value]?
  {
    if let result = try subset(call, focus, context) { return result }
    if let result = try combination(call, focus, context) { return result }
    switch call.function {
    case .where:
      var found: [Value] = []
      for (index, item) in focus.enumerated()
      where try holds(call.arguments[0], item, index, context, "where") {
        found.append(item)
      }
      return found
    case .select:
      var found: [Value] = []
      for (index, item) in focus.enumerated() {
        found += try each(call.arguments[0], item, index, context)
      }
      return found
    case .repeat: return try repeated(call.arguments[0], focus, context, isDistinct: true)
    case .repeatAll: return try repeated(call.arguments[0], focus, context, isDistinct: false)
    case .ofType: return focus.filter { item in call.type.map { item.isExactly($0) } ?? false }
    case .sort: return try sorted(call.arguments, focus, context)
    case .iif: return try choose(call.arguments, focus, context)
    case .aggregate: return try aggregate(call.arguments, focus, context)
    case .coalesce:
      for argument in call.arguments {
        let found = try items(argument, context)
        if !found.isEmpty { return found }
      }
      return []
    default: return nil
    }
  }

  private func subset(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly)
    -> [Value]?
  {
    switch call.function {
    case .single: return try single(focus, "single").map { [$0] } ?? []
    case .first: return Array(focus.prefix(1))
    case .last: return Array(focus.suffix(1))
    case .tail: return Array(focus.dropFirst())
    case .skip:
      return Array(focus.dropFirst(max(0, try integer(call.arguments[0], context) ?? 0)))
    case .take:
      return Array(focus.prefix(max(0, try integer(call.arguments[0], context) ?? 0)))
    default: return nil
    }
  }

  private func combination(_ call: Call, _ focus: [Value], _ context: Context) throws(Anomaly)
    -> [Value]?
  {
    switch call.function {
    case .union: return try distinct(focus + items(call.arguments[0], context))
    case .combine: return try focus + items(call.arguments[0], context)
    case .intersect, .exclude:
      var others = ValueSet()
      for item in try items(call.arguments[0], context) {
        try step(1 + others.cost(of: item))
        _ = others.insert(item)
      }
      var found: [Value] = []
      for item in focus {
        try step(1 + others.cost(of: item))
        if others.contains(item) == (call.function == .intersect) { found.append(item) }
      }
      return call.function == .intersect ? try distinct(found) : found
    default: return nil
    }
  }

  /// Projects again and again, until nothing new comes.
  private func repeated(
    _ projection: Syntax, _ focus: [Value], _ context: Context, isDistinct: Bool
  ) throws(Anomaly) -> [Value] {
    var seen = ValueSet()
    var found: [Value] = []
    var waiting = focus
    while !waiting.isEmpty {
      var next: [Value] = []
      for (index, item) in waiting.enumerated() {
        for value in try each(projection, item, index, context) {
          if isDistinct {
            try step(1 + seen.cost(of: value))
            guard seen.insert(value) else { continue }
          }
          next.append(value)
        }
      }
      found += next
      try step(next.count)
      guard found.count <= environment.limits.items else { return try bounded(found) }
      waiting = next
    }
    return found
  }

  /// Only the branch that is chosen is evaluated. <https://hl7.org/fhirpath/N1/#iif>
  private func choose(_ arguments: [Syntax], _ focus: [Value], _ context: Context) throws(Anomaly)
    -> [Value]
  {
    var inner = context
    inner.this = try single(focus, "iif")
    let criterion = try items(arguments[0], inner)
    if let item = try single(criterion, "iif") {
      guard case .boolean = item.system else {
        throw error(
          "The criterion of 'iif' is a Boolean, not \(item.typeName.name)",
          "“iif”的条件应为布尔值,而不是 \(item.typeName.name)")
      }
    }
    if try truth(criterion, "iif") == true { return try items(arguments[1], inner) }
    return arguments.count > 2 ? try items(arguments[2], inner) : []
  }

  private func aggregate(_ arguments: [Syntax], _ focus: [Value], _ context: Context)
    throws(Anomaly) -> [Value]
  {
    var inner = context
    inner.total = arguments.count > 1 ? try items(arguments[1], context) : []
    for (index, item) in focus.enumerated() {
      inner.this = item
      inner.index = index
      inner.total = try items(arguments[0], inner)
    }
    return inner.total
  }

  /// Sorts by keys, the first one first; a sign before a key makes it descend, a missing key comes
  /// first.
  ///
  /// The specification has missing keys lowest, the official suite (testSort10) first in either
  /// direction.
  private func sorted(_ keys: [Syntax], _ focus: [Value], _ context: Context) throws(Anomaly)
    -> [Value]
  {
    let keys = keys.isEmpty ? [Syntax.this] : keys
    var rows: [(item: Value, keys: [Value?])] = []
    for (index, item) in focus.enumerated() {
      var row: [Value?] = []
      for key in keys {
        let expression: Syntax
        if case .negation(let inner, _) = key { expression = inner } else { expression = key }
        row.append(try single(each(expression, item, index, context), "sort"))
      }
      rows.append((item, row))
    }
    let isDescending = keys.map { if case .negation = $0 { true } else { false } }
    try step(rows.count * max(1, Int.bitWidth - rows.count.leadingZeroBitCount))
    return try merged(rows[...], isDescending).map(\.item)
  }

  /// A stable merge sort, because a comparison may fail.
  private func merged(_ rows: ArraySlice<(item: Value, keys: [Value?])>, _ isDescending: [Bool])
    throws(Anomaly) -> [(item: Value, keys: [Value?])]
  {
    guard rows.count > 1 else { return Array(rows) }
    let middle = rows.startIndex + rows.count / 2
    let left = try merged(rows[..<middle], isDescending)
    let right = try merged(rows[middle...], isDescending)
    var result: [(item: Value, keys: [Value?])] = []
    var (first, second) = (0, 0)
    while first < left.count, second < right.count {
      if try comesBefore(right[second].keys, left[first].keys, isDescending) {
        result.append(right[second])
        second += 1
      } else {
        result.append(left[first])
        first += 1
      }
    }
    return result + left[first...] + right[second...]
  }

  private func comesBefore(_ left: [Value?], _ right: [Value?], _ isDescending: [Bool])
    throws(Anomaly) -> Bool
  {
    for index in left.indices {
      switch (left[index], right[index]) {
      case (nil, nil): continue
      case (nil, _): return true
      case (_, nil): return false
      case (let first?, let second?):
        guard let order = try order(first, second, "sort"), order != .same else { continue }
        return (order == .before) != isDescending[index]
      }
    }
    return false
  }
}
