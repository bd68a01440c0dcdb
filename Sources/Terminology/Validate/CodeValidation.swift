import FHIR

/// `$validate-code`: whether codes are right, by a value set or by their system alone.
///
/// <https://hl7.org/fhir/R4/valueset-operation-validate-code.html>
struct CodeValidation {
  enum Form: Sendable {
    case code
    case coding
    /// A concept, given back in the answer.
    case concept(JSON)
  }

  var inquiry: Inquiry
  var set: ValueSet?
  var form: Form
  var codings: [AskedCoding]
  /// Whether a concept that is not to be chosen will do.
  var allowsAbstract = true
  /// Whether a wrong display is a warning only.
  var isLenientOnDisplay = false
  /// Whether only membership counts.
  var isMembershipOnly = false
  /// The systems of the value set that have the code, for a code whose system is to be found.
  var inferred: [String]?

  /// What was found about one coding.
  struct Verdict {
    var findings: [Finding] = []
    var match: Match?
    var isInSet = false
    var isUndetermined = false
    var display: String?
    /// The edition in which the code was looked for.
    var edition: CodeSystem?
    var unknownSystems: [String] = []
    var unknownEditions: [Canonical] = []
  }

  func answer() throws(Anomaly) -> JSON {
    try inquiry.checkSupplements(set)
    var verdicts: [Verdict] = []
    for coding in codings { verdicts.append(try verdict(coding)) }
    return CodeAnswer(validation: self, verdicts: verdicts).json
  }

  // MARK: One coding

  func verdict(_ coding: AskedCoding) throws(Anomaly) -> Verdict {
    var verdict = Verdict()
    var coding = coding
    if let inferred, let set, coding.system == nil {
      guard inferred.count == 1 else {
        verdict.findings.append(.notInValueSet(coding, set))
        verdict.findings.append(.cannotInfer(coding.code, set, inferred))
        return verdict
      }
      coding.system = inferred[0]
    }
    guard let system = coding.system, !system.isEmpty else {
      verdict.findings.append(.noSystem)
      if let set { verdict.findings.append(.notInValueSet(coding, set)) }
      return verdict
    }
    if let set {
      try weigh(coding, in: set, &verdict)
    } else {
      weigh(coding, of: system, &verdict)
    }
    guard let match = verdict.match else { return verdict }
    if match.code != coding.code {
      verdict.findings.append(.otherCase(coding.code, match.code, match.system))
    }
    try check(display: coding.display, match, &verdict)
    check(status: match, &verdict)
    return verdict
  }

  private func weigh(_ coding: AskedCoding, in set: ValueSet, _ verdict: inout Verdict)
    throws(Anomaly)
  {
    let gathered = try Membership(inquiry: inquiry, coding: coding).gather(set)
    verdict.findings += gathered.findings
    verdict.unknownEditions = gathered.unknown
    verdict.isUndetermined = gathered.isUndetermined
    let own = ownEdition(coding, gathered)
    verdict.edition = own
    if let match = try best(gathered.matches, coding) {
      verdict.match = match
      verdict.isInSet = true
      try check(use: match, coding, set, &verdict)
    } else if let fragment = gathered.fragment {
      verdict.findings.append(.unknownCode(coding.code, fragment))
      verdict.isInSet = true
    } else if !gathered.isUndetermined {
      refuse(coding, set, own, gathered, &verdict)
    }
  }

  /// The code is not in the value set: say so, and what its system says.
  private func refuse(
    _ coding: AskedCoding, _ set: ValueSet, _ own: CodeSystem?, _ gathered: Gathered,
    _ verdict: inout Verdict
  ) {
    let system = coding.system ?? ""
    guard let own else {
      if let supplement = inquiry.library.supplement(system) {
        verdict.findings.append(.supplementAsSystem(supplement.canonical))
        verdict.unknownEditions.append(Canonical(url: system))
      } else if gathered.missingSystem == system {
        verdict.isUndetermined = true
        verdict.findings.append(.unknownSystem(system))
        verdict.findings.append(.cannotCheck(set, system))
        verdict.unknownEditions.append(Canonical(url: system))
        return
      } else {
        noteUnknown(system, &verdict)
      }
      verdict.findings.append(.notInValueSet(coding, set))
      return
    }
    verdict.findings.append(.notInValueSet(coding, set))
    if let place = own.place(of: coding.code) {
      let match = Match(system: own, place: place)
      verdict.display = names(match)?.display(inquiry.languages)
    } else {
      verdict.findings.append(.unknownCode(coding.code, own))
    }
  }

  /// A system that nobody has here, and what may be the reason.
  private func noteUnknown(_ system: String, _ verdict: inout Verdict) {
    guard inquiry.library.valueSet(system) == nil else {
      verdict.findings.append(.valueSetAsSystem(system))
      return
    }
    if !system.contains(":") { verdict.findings.append(.relativeSystem) }
    verdict.findings.append(.unknownSystem(system))
    verdict.unknownSystems.append(system)
  }

  /// The edition of the coding's system, as the coding and the value set have it.
  private func ownEdition(_ coding: AskedCoding, _ gathered: Gathered) -> CodeSystem? {
    if let edition = gathered.edition, edition.about.content != .notPresent { return edition }
    let system = coding.system ?? ""
    let meant = inquiry.meantVersion(of: system, written: coding.version)
    let found =
      inquiry.codeSystem(system, version: meant.version) ?? inquiry.codeSystem(system, version: nil)
    return found?.about.content == .notPresent ? nil : found
  }

  private func weigh(_ coding: AskedCoding, of system: String, _ verdict: inout Verdict) {
    let meant = inquiry.meantVersion(of: system, written: coding.version)
    guard let edition = inquiry.codeSystem(system, version: meant.version) else {
      let known = inquiry.library.editions(ofCodeSystem: system).compactMap(\.version)
      if let version = meant.version, !known.isEmpty {
        verdict.findings.append(.unknownVersion(system, version, known: known.reversed()))
        verdict.unknownEditions.append(Canonical(url: system, version: version))
      } else if let supplement = inquiry.library.supplement(system) {
        verdict.findings.append(.supplementAsSystem(supplement.canonical))
        verdict.unknownEditions.append(Canonical(url: system))
      } else {
        noteUnknown(system, &verdict)
      }
      return
    }
    verdict.edition = edition
    if let demanded = inquiry.demandedVersion(against: edition) {
      verdict.findings.append(.forbiddenVersion(edition, demanded: demanded))
    }
    guard let place = edition.place(of: coding.code) else {
      verdict.findings.append(.unknownCode(coding.code, edition))
      verdict.isInSet = edition.about.content == .fragment
      return
    }
    let match = Match(system: edition, place: place)
    verdict.match = match
    verdict.isInSet = true
    if !allowsAbstract, edition.isAbstract(place) {
      verdict.findings.append(.abstract(system, coding.code))
      verdict.isInSet = false
    }
    if edition.isInactive(place) {
      verdict.findings.append(.inactive(match.code, edition.status(place)))
      if inquiry.isActiveOnly { verdict.findings.append(.notActive(match.code)) }
    }
  }

  // MARK: What else must hold

  /// Of several meanings the one whose display fits, then the newest.
  private func best(_ matches: [Match], _ coding: AskedCoding) throws(Anomaly) -> Match? {
    guard matches.count > 1 else { return matches.first }
    var best: (match: Match, fits: Bool)?
    for match in matches {
      let names = names(match)
      let fits =
        coding.display.map { display in
          names?.names.contains { $0.value.lowercased() == display.lowercased() } ?? false
        } ?? true
      guard let known = best else {
        best = (match, fits)
        continue
      }
      let isNewer = VersionPattern.isOlder(known.match.system.version, match.system.version)
      if (fits && !known.fits) || (fits == known.fits && isNewer) { best = (match, fits) }
    }
    return best?.match
  }

  private func check(
    use match: Match, _ coding: AskedCoding, _ set: ValueSet, _ verdict: inout Verdict
  ) throws(Anomaly) {
    let (system, place) = (match.system, match.place)
    if !allowsAbstract, system.isAbstract(place) {
      verdict.findings.append(.abstract(system.url, match.code))
      verdict.findings.append(.notInValueSet(coding, set))
      verdict.isInSet = false
    }
    if system.isInactive(place) {
      verdict.findings.append(.inactive(match.code, system.status(place)))
      if inquiry.isActiveOnly || set.allowsInactive == false {
        verdict.findings.append(.notActive(match.code))
        verdict.findings.append(.notInValueSet(coding, set))
        verdict.isInSet = false
      }
    }
    if let listed = match.listed, listed.isDeprecated {
      verdict.findings.append(.deprecated(match.code, system.url, match.set ?? set))
    }
  }

  private func names(_ match: Match) -> ConceptNames? {
    do throws(Anomaly) {
      return ConceptNames(match, supplements: try inquiry.supplements(of: match.system, for: set))
    } catch {
      // That all supplements are there was checked before.
      return nil
    }
  }

  private func check(display: String?, _ match: Match, _ verdict: inout Verdict) throws(Anomaly) {
    guard let names = names(match) else { return }
    verdict.display = names.display(inquiry.languages) ?? names.preset
    guard let display, !isMembershipOnly else { return }
    let concept = "\(match.system.url)#\(match.code)"
    guard
      let finding = names.finding(
        display, inquiry.languages, concept: concept, isLenient: isLenientOnDisplay)
    else {
      return
    }
    verdict.findings.append(finding)
  }

  /// What is to be known of the state of the resources that were used.
  private func check(status match: Match, _ verdict: inout Verdict) {
    for reference in StatusCheck(source: set?.about).findings(match.system, match.set ?? set) {
      verdict.findings.append(reference)
    }
  }
}

/// Which states of code systems and value sets are worth a word.
struct StatusCheck {
  /// The value set that was asked for; what is as unripe as this itself is not worth a word.
  let source: CodeSystem.About?

  /// The state that is worth a word, such as `withdrawn`.
  func status(_ about: CodeSystem.About) -> String? {
    if let status = about.standardsStatus, status == "deprecated" || status == "withdrawn" {
      return status
    }
    if about.status == "retired" { return "retired" }
    if about.isExperimental, source?.isExperimental != true, source != nil { return "experimental" }
    let isDraft = about.status == "draft" || about.standardsStatus == "draft"
    let isSourceDraft = source?.status == "draft" || source?.standardsStatus == "draft"
    return isDraft && !isSourceDraft ? "draft" : nil
  }

  func findings(_ system: CodeSystem, _ set: ValueSet?) -> [Finding] {
    var findings: [Finding] = []
    if let status = status(system.about) {
      findings.append(.status(status, "CodeSystem", system.canonical))
    }
    if let set, let status = status(set.about) {
      findings.append(.status(status, "ValueSet", set.canonical))
    }
    return findings
  }
}
