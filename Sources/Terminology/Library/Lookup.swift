import FHIR

/// `$lookup`: what a code means. <https://hl7.org/fhir/R4/codesystem-operation-lookup.html>
struct Lookup {
  let inquiry: Inquiry
  let coding: AskedCoding
  /// The properties wanted; `*` for all.
  let wanted: [String]

  func answer() throws(Anomaly) -> JSON {
    let system = try edition()
    try inquiry.checkSupplements(nil)
    let supplements = try inquiry.supplements(of: system)
    guard let place = system.place(of: coding.code) else {
      let finding = Finding.unknownCode(coding.code, system)
      throw Anomaly(.notFound, finding.text, chinese: finding.chinese)
    }
    let match = Match(system: system, place: place)
    let names = ConceptNames(match, supplements: supplements)
    var answer = ParametersDraft()
    answer.add(
      "name", "valueString", .string(system.about.name ?? system.about.title ?? system.url))
    if let version = system.version { answer.add("version", "valueString", .string(version)) }
    let display = names.display(inquiry.languages) ?? names.preset ?? match.code
    answer.add("display", "valueString", .string(display))
    answer.add("code", "valueCode", .string(match.code))
    answer.add("system", "valueUri", .string(system.url))
    answer.add("abstract", "valueBoolean", .bool(system.isAbstract(place)))
    if let definition = system.definition(place), isWanted("definition") {
      answer.add("definition", "valueString", .string(definition))
    }
    if isWanted("designation") { addDesignations(match, supplements, &answer) }
    addProperties(match, supplements, &answer)
    for supplement in supplements {
      answer.add("used-supplement", "valueCanonical", .string(supplement.canonical))
    }
    return answer.json
  }

  /// The edition asked for, which must be there.
  private func edition() throws(Anomaly) -> CodeSystem {
    let url = coding.system ?? ""
    let meant = inquiry.meantVersion(of: url, written: coding.version)
    guard let system = inquiry.codeSystem(url, version: meant.version) else {
      let known = inquiry.library.editions(ofCodeSystem: url).compactMap(\.version)
      let finding =
        meant.version.flatMap { version in
          known.isEmpty ? nil : Finding.unknownVersion(url, version, known: known.reversed())
        } ?? Finding.unknownSystem(url)
      throw Anomaly(.notFound, finding.text, chinese: finding.chinese)
    }
    if let demanded = inquiry.demandedVersion(against: system) {
      let finding = Finding.forbiddenVersion(system, demanded: demanded)
      throw .incorrect(finding.text, chinese: finding.chinese, code: .exception)
    }
    return system
  }

  /// Without a wish everything that is not a property is told.
  private func isWanted(_ name: String) -> Bool {
    wanted.isEmpty || wanted.contains("*") || wanted.contains(name)
  }

  private func addDesignations(
    _ match: Match, _ supplements: [CodeSystem], _ answer: inout ParametersDraft
  ) {
    let (system, place) = (match.system, match.place)
    var designations: [Designation] = []
    if let language = system.about.language, let display = system.display(place) {
      designations.append(
        Designation(language: language, use: ContainsWriter.preferred, value: display))
    }
    designations += system.designations(place)
    for supplement in supplements {
      if let other = supplement.place(of: match.code) {
        designations += supplement.designations(other)
      }
    }
    for designation in designations {
      var parts: [JSON] = []
      if let language = designation.language {
        parts.append(ParametersDraft.part("language", "valueCode", .string(language)))
      }
      if let use = designation.use {
        parts.append(ParametersDraft.part("use", "valueCoding", use))
      }
      parts.append(ParametersDraft.part("value", "valueString", .string(designation.value)))
      if let source = designation.source {
        parts.append(ParametersDraft.part("source", "valueCanonical", .string(source)))
      }
      answer.add("designation", parts: parts)
    }
  }

  private func addProperties(
    _ match: Match, _ supplements: [CodeSystem], _ answer: inout ParametersDraft
  ) {
    let (system, place) = (match.system, match.place)
    func add(_ code: String, _ value: PropertyValue, description: String? = nil) {
      var parts = [ParametersDraft.part("code", "valueCode", .string(code))]
      parts.append(ParametersDraft.part("value", value.element, value.json))
      if let description {
        parts.append(ParametersDraft.part("description", "valueString", .string(description)))
      }
      answer.add("property", parts: parts)
    }
    func addPlace(_ code: String, _ other: Int32) {
      let value = PropertyValue(element: "valueCode", json: .string(system.code(Int(other))))
      add(code, value, description: system.display(Int(other)))
    }
    let all = wanted.contains("*")
    let inactive = PropertyValue(
      element: "valueBoolean", json: .bool(system.isInactive(place)))
    if isWanted("inactive") { add("inactive", inactive) }
    if all || wanted.contains("parent") {
      for other in system.hierarchy.parents(of: place) { addPlace("parent", other) }
    }
    if all || wanted.contains("child") {
      for other in system.hierarchy.children(of: place) { addPlace("child", other) }
    }
    for system in [system] + supplements {
      guard let place = system.place(of: match.code) else { continue }
      for property in system.properties(place)
      where (all || wanted.contains(property.code)) && !Self.derived.contains(property.code) {
        add(property.code, property.value)
      }
    }
  }

  /// Properties that are told from what they lead to.
  private static let derived: Set<String> = ["inactive", "parent", "child"]
}

/// `$subsumes`: which of two codes is the wider.
/// <https://hl7.org/fhir/R4/codesystem-operation-subsumes.html>
struct Subsumption {
  let inquiry: Inquiry
  let first: AskedCoding
  let second: AskedCoding

  func answer() throws(Anomaly) -> JSON {
    var answer = ParametersDraft()
    answer.add("outcome", "valueCode", .string(try outcome()))
    return answer.json
  }

  /// <https://hl7.org/fhir/R4/valueset-concept-subsumption-outcome.html>
  func outcome() throws(Anomaly) -> String {
    guard let url = first.system, url == second.system else {
      throw .incorrect(
        "Both codes must be of one code system", chinese: "两个代码须属于同一代码系统", code: .invalid)
    }
    let version = first.version ?? second.version
    let meant = inquiry.meantVersion(of: url, written: version)
    guard let system = inquiry.codeSystem(url, version: meant.version) else {
      let finding = Finding.unknownSystem(url)
      throw Anomaly(.notFound, finding.text, chinese: finding.chinese)
    }
    let (one, other) = (try place(first, system), try place(second, system))
    if one == other { return "equivalent" }
    if system.hierarchy.subsumes(one, other) { return "subsumes" }
    return system.hierarchy.subsumes(other, one) ? "subsumed-by" : "not-subsumed"
  }

  private func place(_ coding: AskedCoding, _ system: CodeSystem) throws(Anomaly) -> Int {
    guard let place = system.place(of: coding.code) else {
      let finding = Finding.unknownCode(coding.code, system)
      throw Anomaly(.notFound, finding.text, chinese: finding.chinese)
    }
    return place
  }
}
