import FHIR

/// The code systems of parameters whose values are plain codes or booleans.
enum FixedSystem {
  /// The systems that a query may name although no resource does.
  ///
  /// <https://hl7.org/fhir/R4/search.html#token>: "code: the system is defined in the value set".
  static func systems(of definition: SearchParameterDefinition, on base: TypeID) -> [String] {
    let schema = Schema.r4
    var systems: [String] = []
    for path in PathParser.paths(definition.expression, of: base) ?? [] {
      if path.type == TypeID(.boolean) { systems.append("http://hl7.org/fhir/special-values") }
      guard path.type == TypeID(.code) else { continue }
      var type = base
      for step in path.steps {
        guard let (index, next) = schema[type].element(step.name) else { break }
        if next == path.type, let binding = schema[type].elements[index].binding {
          systems.append(binding.valueSet.replacing("/ValueSet/", with: "/"))
        }
        type = next
      }
    }
    return systems
  }
}
