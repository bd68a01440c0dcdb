/// One line of a concept map, seen from one of its two codes.
package struct Mapping: Sendable {
  package var map: ConceptMap
  /// The code on the other side.
  package var system: String?
  package var code: String
  package var display: String?
  package var equivalence: Equivalence
  /// Whether the code looked at is the target, so that the other is mapped to it.
  package var isIncoming: Bool
}

extension Library {
  /// What a code is mapped to, and what is mapped to it.
  package func mappings(of code: String, in system: String) -> [Mapping] {
    var found: [Mapping] = []
    for map in conceptMaps {
      for group in map.groups {
        if group.source == system {
          for target in group.elements[code] ?? [] where !target.code.isEmpty {
            found.append(
              Mapping(
                map: map, system: group.target, code: target.code, display: target.display,
                equivalence: target.equivalence, isIncoming: false))
          }
        }
        guard group.target == system else { continue }
        for source in group.order {
          for target in group.elements[source] ?? [] where target.code == code {
            found.append(
              Mapping(
                map: map, system: group.source, code: source, display: nil,
                equivalence: target.equivalence.reversed, isIncoming: true))
          }
        }
      }
    }
    return found
  }
}
