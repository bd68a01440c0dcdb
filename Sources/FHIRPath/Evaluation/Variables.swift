import FHIR

extension Evaluator {
  /// The value of `%name`, <https://hl7.org/fhir/R4/fhirpath.html#variables>.
  func variable(_ name: String, _ context: Context) throws(Anomaly) -> [Value] {
    if let value = context.variable(name) ?? environment.variables[name] { return value }
    switch name {
    case "resource": return resource.map { [$0] } ?? []
    case "rootResource": return rootResource.map { [$0] } ?? []
    case "context": return self.context.map { [$0] } ?? []
    case "ucum": return [.string("http://unitsofmeasure.org")]
    case "sct": return [.string("http://snomed.info/sct")]
    case "loinc": return [.string("http://loinc.org")]
    default: break
    }
    if name.hasPrefix("vs-") {
      return [.string("http://hl7.org/fhir/ValueSet/" + name.dropFirst(3))]
    }
    if name.hasPrefix("ext-") {
      return [.string("http://hl7.org/fhir/StructureDefinition/" + name.dropFirst(4))]
    }
    throw error("There is no variable '%\(name)'", "没有变量“%\(name)”")
  }

  /// Whether a name may not be defined again.
  func isDefined(_ name: String, _ context: Context) -> Bool {
    let fixed = ["resource", "rootResource", "context", "ucum", "sct", "loinc"]
    return context.variable(name) != nil || environment.variables[name] != nil
      || fixed.contains(name)
  }
}
