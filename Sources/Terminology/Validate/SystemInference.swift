import FHIR

/// Finds the code systems of a value set that have a code, where the asker names none.
struct SystemInference {
  let inquiry: Inquiry
  let code: String

  func systems(_ set: ValueSet, trail: [ValueSet] = []) throws(Anomaly) -> Set<String> {
    var found: Set<String> = []
    for system in try mentioned(set, trail) {
      let asked = AskedCoding(system: system, code: code)
      let gathered = try Membership(inquiry: inquiry, coding: asked).gather(set, trail: trail)
      if !gathered.matches.isEmpty { found.insert(system) }
    }
    return found
  }

  /// The code systems that a value set and its imports name.
  private func mentioned(_ set: ValueSet, _ trail: [ValueSet]) throws(Anomaly) -> Set<String> {
    guard !trail.contains(where: { $0 === set }), trail.count < Inquiry.importLimit else {
      throw Inquiry.circularImport(set.canonical, trail.map(\.canonical))
    }
    try inquiry.effort.spend()
    var systems: Set<String> = []
    for include in set.includes {
      if let system = include.system {
        systems.insert(system)
        continue
      }
      let membership = Membership(inquiry: inquiry, coding: AskedCoding(system: nil, code: code))
      for canonical in include.valueSets {
        if let imported = membership.resolve(canonical, in: set, trail) {
          systems.formUnion(try mentioned(imported, trail + [set]))
        }
      }
    }
    return systems
  }
}
