import FHIR

/// Which parameters say nothing but what others of their type and kind say together.
///
/// `Observation.combo-code` is `code` and `component-code`: its rows would be theirs once more.
/// This is read off the expressions, so it holds for whatever the standard's definitions say.
enum Union {
  /// One place that index rows of a parameter come from; equal ones make equal rows.
  private enum Source: Hashable {
    case values(ValuePath, LeafForm)
    case tuples(ValuePath, [CompositePlan.Component])
  }

  private struct Sourced {
    var parameter: SearchParameter
    var sources: Set<Source>
  }

  /// The codes of the members of each union among the parameters of a type, by its code.
  static func members(_ parameters: [SearchParameter]) -> [String: [String]] {
    let sourced = parameters.filter(IndexExtractor.isIndexed).map {
      Sourced(parameter: $0, sources: sources(of: $0))
    }
    var unions: [String: [String]] = [:]
    // What has rows of its own, from the fewest sources to the most: members come before unions.
    var kept: [Sourced] = []
    for one in sourced.filter({ !$0.sources.isEmpty }).sorted(by: precedes) {
      if let members = cover(one, with: kept) {
        unions[one.parameter.code] = members.map(\.parameter.code)
      } else {
        kept.append(one)
      }
    }
    return unions
  }

  private static func precedes(_ left: Sourced, _ right: Sourced) -> Bool {
    (left.sources.count, left.parameter.code) < (right.sources.count, right.parameter.code)
  }

  /// Those of the same kind that together have all sources of one and no other; nil for none.
  private static func cover(_ whole: Sourced, with kept: [Sourced]) -> [Sourced]? {
    var rest = whole.sources
    var members: [Sourced] = []
    for part in kept.reversed()
    where part.parameter.type == whole.parameter.type
      && part.sources.isSubset(of: whole.sources) && !part.sources.isDisjoint(with: rest)
    {
      members.append(part)
      rest.subtract(part.sources)
    }
    return rest.isEmpty ? members : nil
  }

  /// Where the rows come from; nothing for a parameter that is more than paths.
  private static func sources(of parameter: SearchParameter) -> Set<Source> {
    let expression = parameter.definition.expression
    guard PathParser.truthPaths(expression, of: parameter.base) == nil else { return [] }
    let paths = PathParser.paths(expression, of: parameter.base) ?? []
    return Set(
      paths.compactMap { path in
        if parameter.type == .composite {
          return .tuples(path, CompositePlan(parameter, at: path.type).components)
        }
        let form = LeafForm(parameter.type, path.type)
        return form == .nothing ? nil : .values(path, form)
      })
  }
}
