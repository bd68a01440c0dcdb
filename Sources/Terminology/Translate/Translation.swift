import FHIR

/// `$translate`: the counterparts of a code in another system.
///
/// <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>
struct Translation {
  let inquiry: Inquiry
  /// The maps that may be used.
  let maps: [ConceptMap]
  let codings: [AskedCoding]
  /// The code system of the counterparts wanted; nil for any.
  let targetSystem: String?
  /// Whether the codes are targets whose sources are wanted.
  let isReverse: Bool
  /// Whether the answer has the names of R5, because the question had.
  let speaksR5: Bool

  private struct Counterpart {
    var system: String?
    var code: String
    var display: String?
    var equivalence: Equivalence
    var map: ConceptMap
    var products: [JSON] = []
    /// The code from which it was found.
    var asked: AskedCoding
  }

  /// How far an unmapped code may be handed on from map to map.
  private static let handingLimit = 8

  func answer() throws(Anomaly) -> JSON {
    var found: [Counterpart] = []
    for coding in codings {
      for map in maps { found += try counterparts(coding, map, depth: 0) }
    }
    var answer = ParametersDraft()
    let isMatched = found.contains(where: \.equivalence.isMatch)
    answer.add("result", "valueBoolean", .bool(isMatched))
    if !isMatched {
      answer.add(
        "message", "valueString", .string("No match was found for the code in the maps known here"))
    }
    for counterpart in found { answer.add("match", parts: parts(counterpart)) }
    return answer.json
  }

  private func counterparts(_ coding: AskedCoding, _ map: ConceptMap, depth: Int) throws(Anomaly)
    -> [Counterpart]
  {
    var found: [Counterpart] = []
    for group in map.groups {
      found += isReverse ? sources(coding, group, map) : targets(coding, group, map)
      let isSource = !isReverse && (group.source == nil || coding.system == group.source)
      if isSource, group.elements[coding.code] == nil, let unmapped = group.unmapped {
        found += try self.unmapped(coding, unmapped, group, map, depth: depth)
      }
    }
    return found
  }

  private func targets(_ coding: AskedCoding, _ group: ConceptMap.Group, _ map: ConceptMap)
    -> [Counterpart]
  {
    guard coding.system == nil || group.source == nil || group.source == coding.system,
      targetSystem == nil || group.target == targetSystem
    else { return [] }
    return (group.elements[coding.code] ?? []).map {
      Counterpart(
        system: group.target, code: $0.code, display: $0.display, equivalence: $0.equivalence,
        map: map, products: $0.products, asked: coding)
    }
  }

  private func sources(_ coding: AskedCoding, _ group: ConceptMap.Group, _ map: ConceptMap)
    -> [Counterpart]
  {
    guard coding.system == nil || group.target == nil || group.target == coding.system,
      targetSystem == nil || group.source == targetSystem
    else { return [] }
    return group.order.flatMap { code in
      (group.elements[code] ?? []).filter { $0.code == coding.code }.map { target in
        Counterpart(
          system: group.source, code: code, equivalence: target.equivalence.reversed, map: map,
          asked: coding)
      }
    }
  }

  private func unmapped(
    _ coding: AskedCoding, _ unmapped: ConceptMap.Unmapped, _ group: ConceptMap.Group,
    _ map: ConceptMap, depth: Int
  ) throws(Anomaly) -> [Counterpart] {
    guard targetSystem == nil || group.target == targetSystem else { return [] }
    switch unmapped.mode {
    case "fixed":
      return [
        Counterpart(
          system: group.target, code: unmapped.code ?? "", display: unmapped.display,
          equivalence: unmapped.equivalence, map: map, asked: coding)
      ]
    case "provided", "use-source-code":
      return [
        Counterpart(
          system: group.target, code: coding.code, display: coding.display,
          equivalence: unmapped.equivalence, map: map, asked: coding)
      ]
    case "other-map":
      guard depth < Self.handingLimit, let url = unmapped.url,
        let other = inquiry.library.conceptMaps.first(where: {
          $0.url == Canonical(url).url
        })
      else { return [] }
      return try counterparts(coding, other, depth: depth + 1)
    default: return []
    }
  }

  private func parts(_ counterpart: Counterpart) -> [JSON] {
    let equivalence = counterpart.equivalence
    var concept: JSON = [:]
    if let system = counterpart.system { concept["system"] = .string(system) }
    concept["code"] = .string(counterpart.code)
    if let display = counterpart.display { concept["display"] = .string(display) }
    var parts: [JSON] = []
    if speaksR5 {
      let name = JSON.string(equivalence.relationship)
      parts.append(ParametersDraft.part("relationship", "valueCode", name))
    } else {
      let name = JSON.string(equivalence.rawValue)
      parts.append(ParametersDraft.part("equivalence", "valueCode", name))
    }
    if speaksR5, isReverse {
      // R5 shows the pair as the map has it.
      var asked: JSON = [:]
      if let system = counterpart.asked.system { asked["system"] = .string(system) }
      asked["code"] = .string(counterpart.asked.code)
      parts.append(ParametersDraft.part("concept", "valueCoding", asked))
      parts.append(ParametersDraft.part("source", "valueCoding", concept))
    } else {
      parts.append(ParametersDraft.part("concept", "valueCoding", concept))
    }
    for product in counterpart.products {
      parts.append(["name": "product", "part": .array(Self.product(product))])
    }
    if let canonical = counterpart.map.canonical {
      parts.append(
        speaksR5
          ? ParametersDraft.part("originMap", "valueCanonical", .string(canonical))
          : ParametersDraft.part("source", "valueUri", .string(counterpart.map.url ?? "")))
    }
    return parts
  }

  private static func product(_ json: JSON) -> [JSON] {
    var parts: [JSON] = []
    if let property = json["property"] {
      parts.append(ParametersDraft.part("element", "valueUri", property))
    }
    var coding: JSON = [:]
    if let system = json["system"] { coding["system"] = system }
    if let value = json["value"] { coding["code"] = value }
    if let display = json["display"] { coding["display"] = display }
    parts.append(ParametersDraft.part("concept", "valueCoding", coding))
    return parts
  }
}
