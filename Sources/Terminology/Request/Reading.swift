import FHIR

/// What each operation takes from its parameters.
extension TerminologyCall {
  // MARK: $expand

  func expansion() throws(Anomaly) -> Expansion {
    guard let set = try valueSet() else { throw Question.missing("url") }
    let inquiry = try inquiry(set)
    var options = ExpansionOptions()
    options.filter = question.text("filter")
    options.offset = try question.count("offset")
    options.count = try question.count("count")
    options.includesDesignations = try question.bool("includeDesignations") ?? false
    options.includesDefinition = try question.bool("includeDefinition") ?? false
    options.designations = question.texts("designation")
    options.isFlat = try question.bool("excludeNested")
    options.properties = question.texts("property")
    options.excludedSystems = question.texts("exclude-system").map(Canonical.init)
    options.limit = expansionLimit
    options.timestamp = timestamp
    options.identifier = identifier
    options.echo = try echo(inquiry)
    return Expansion(set, inquiry, options)
  }

  /// The parameters that an expansion repeats, with their types.
  private func echo(_ inquiry: Inquiry) throws(Anomaly) -> [JSON] {
    var echo: [JSON] = []
    func add(_ name: String, _ element: String, _ value: JSON?) {
      if let value { echo.append(["name": .string(name), element: value]) }
    }
    if !inquiry.languages.isEmpty {
      add("displayLanguage", "valueCode", .string(inquiry.languages.description))
    }
    for name in ["activeOnly", "excludeNested", "includeDesignations", "includeDefinition"] {
      add(name, "valueBoolean", try question.bool(name).map { .bool($0) })
    }
    for name in ["count", "offset"] {
      add(name, "valueInteger", try question.count(name).map { .number($0) })
    }
    add("filter", "valueString", question.text("filter").map { .string($0) })
    for text in question.texts("designation") { add("designation", "valueString", .string(text)) }
    for name in ["default-valueset-version", "exclude-system"] {
      for text in question.texts(name) { add(name, "valueUri", .string(text)) }
    }
    return echo
  }

  // MARK: $validate-code

  func validation() throws(Anomaly) -> CodeValidation {
    let isOfSystem = type == "CodeSystem"
    let set = isOfSystem ? nil : try valueSet()
    let inquiry = try inquiry(set)
    var (form, codings) = try asked()
    if isOfSystem {
      let system = try systemOfCall()
      for index in codings.indices where codings[index].system == nil {
        codings[index].system = system?.url
        codings[index].version = codings[index].version ?? system?.version
      }
    } else if set == nil {
      throw Question.missing("url")
    }
    var validation = CodeValidation(inquiry: inquiry, set: set, form: form, codings: codings)
    validation.allowsAbstract = try question.bool("abstract") ?? true
    validation.isLenientOnDisplay = try question.bool("lenient-display-validation") ?? false
    validation.isMembershipOnly = try question.bool("valueset-membership-only") ?? false
    if try question.bool("inferSystem") ?? false, case .code = form, let set {
      validation.inferred = try infer(codings[0], set, inquiry)
    }
    return validation
  }

  /// The code system at whose URL or id the call is made.
  private func systemOfCall() throws(Anomaly) -> Canonical? {
    if let resource = question.value("codeSystem") ?? subject {
      guard let url = resource["url"]?.string else { throw Question.missing("url") }
      return Canonical(url: url, version: resource["version"]?.string)
    }
    guard let url = question.text("url") ?? question.text("system") else { return nil }
    return Canonical(url)
  }

  private func asked() throws(Anomaly) -> (CodeValidation.Form, [AskedCoding]) {
    if let concept = question.value("codeableConcept") {
      let codings = codings(concept)
      guard !codings.isEmpty else {
        throw .incorrect(
          "The codeableConcept has no coding", chinese: "codeableConcept 没有 coding",
          code: .required,
          path: "codeableConcept")
      }
      return (.concept(concept), codings)
    }
    if let coding = question.value("coding") { return (.coding, [AskedCoding(coding)]) }
    let versionName = type == "CodeSystem" ? "version" : "systemVersion"
    guard let coding = plainCoding(versionName: versionName) else {
      throw .incorrect(
        "Unable to find code to validate (looked for coding | codeableConcept | code in "
          + "parameters)",
        chinese: "没有要校验的代码(应有 coding、codeableConcept 或 code)", code: .required, path: "code")
    }
    return (.code, [coding])
  }

  /// The one system of the value set that has the code.
  private func infer(_ coding: AskedCoding, _ set: ValueSet, _ inquiry: Inquiry) throws(Anomaly)
    -> [String]
  {
    let systems = try SystemInference(inquiry: inquiry, code: coding.code).systems(set)
    return systems.sorted()
  }

  // MARK: $batch-validate-code

  /// Answers many validations with what they have in common said once.
  /// <https://hl7.org/fhir/uv/tx-ecosystem/>
  func batch() throws(Anomaly) -> JSON {
    let shared = question.parts.filter { $0.name != "validation" && $0.name != "tx-resource" }
    let asked = question.values("validation")
    guard asked.count <= Self.batchLimit else {
      throw Anomaly(
        .incorrect, "A batch has at most \(Self.batchLimit) validations",
        chinese: "一批最多 \(Self.batchLimit) 项校验", code: .tooCostly)
    }
    var answers: [JSON] = []
    for item in asked {
      var call = self
      call.operation = .validateCode
      let own = try Question(item)
      let names = Set(own.parts.map(\.name))
      call.question = Question(own.parts + shared.filter { !names.contains($0.name) })
      answers.append(["name": "validation", "resource": try call.answer()])
    }
    return ["resourceType": "Parameters", "parameter": .array(answers)]
  }

  /// The most validations of a batch.
  private static let batchLimit = 10_000

  // MARK: $lookup, $subsumes

  func lookup() throws(Anomaly) -> Lookup {
    let coding =
      question.value("coding").map(AskedCoding.init) ?? plainCoding()
    guard var coding, !coding.code.isEmpty else { throw Question.missing("code") }
    if coding.system == nil { coding.system = subject?["url"]?.string }
    guard coding.system != nil else { throw Question.missing("system") }
    return Lookup(inquiry: try inquiry(), coding: coding, wanted: question.texts("property"))
  }

  func subsumption() throws(Anomaly) -> Subsumption {
    let system = question.text("system") ?? subject?["url"]?.string
    func coding(_ letter: String) throws(Anomaly) -> AskedCoding {
      if let coding = question.value("coding\(letter)") { return AskedCoding(coding) }
      guard let code = question.text("code\(letter)") else {
        throw Question.missing("code\(letter)")
      }
      guard let system else { throw Question.missing("system") }
      return AskedCoding(system: system, version: question.text("version"), code: code)
    }
    return Subsumption(
      inquiry: try inquiry(), first: try coding("A"), second: try coding("B"))
  }

  // MARK: $translate

  func translation() throws(Anomaly) -> Translation {
    let isBackward = ["targetCode", "targetCoding", "targetCodeableConcept"].contains {
      question.value($0) != nil
    }
    let speaksR5 =
      isBackward
      || ["sourceCode", "sourceCoding", "sourceCodeableConcept"].contains {
        question.value($0) != nil
      }
    let (codeSide, otherSide) = isBackward ? ("target", "source") : ("source", "target")
    let codings = try speaksR5 ? sideCodings(codeSide) : askedForTranslation()
    let other =
      speaksR5
      ? question.text("\(otherSide)System")
      : question.text("targetsystem") ?? question.text("targetSystem")
    let isReverse = try speaksR5 ? isBackward : question.bool("reverse") ?? false
    return Translation(
      inquiry: try inquiry(), maps: try maps(), codings: codings, targetSystem: other,
      isReverse: isReverse, speaksR5: speaksR5)
  }

  private func askedForTranslation() throws(Anomaly) -> [AskedCoding] {
    if let concept = question.value("codeableConcept") { return codings(concept) }
    if let coding = question.value("coding") { return [AskedCoding(coding)] }
    guard let coding = plainCoding() else { throw Question.missing("code") }
    return [coding]
  }

  private func sideCodings(_ side: String) throws(Anomaly) -> [AskedCoding] {
    if let concept = question.value("\(side)CodeableConcept") { return codings(concept) }
    if let coding = question.value("\(side)Coding") { return [AskedCoding(coding)] }
    guard let code = question.text("\(side)Code") else { throw Question.missing("\(side)Code") }
    let system = question.text("\(side)System") ?? question.text("system")
    return [AskedCoding(system: system, code: code)]
  }

  /// The map that is named, or all between the value sets that are named.
  private func maps() throws(Anomaly) -> [ConceptMap] {
    if let resource = question.value("conceptMap") { return [try ConceptMap(resource)] }
    if let subject { return [try ConceptMap(subject)] }
    if let url = question.text("url") {
      var canonical = Canonical(url)
      canonical.version = question.text("conceptMapVersion") ?? canonical.version
      let named = library.conceptMaps.filter {
        $0.url == canonical.url && (canonical.version == nil || $0.version == canonical.version)
      }
      guard !named.isEmpty else {
        throw Anomaly(
          .notFound, "A definition for the concept map '\(canonical)' could not be found",
          chinese: "找不到概念映射“\(canonical)”的定义")
      }
      return named
    }
    let source = question.text("source") ?? question.text("sourceScope")
    let target = question.text("target") ?? question.text("targetScope")
    return library.conceptMaps.filter {
      (source == nil || $0.source == source) && (target == nil || $0.target == target)
    }
  }
}
