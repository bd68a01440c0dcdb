package import FHIR
package import People

/// How sure a match is. <https://hl7.org/fhir/R4/valueset-match-grade.html>
package enum MatchGrade: String, CaseIterable, Sendable {
  case certain, probable, possible
  case certainlyNot = "certainly-not"
}

/// A Patient on record that is, or may be, the person asked for.
package struct Match: Sendable {
  /// The id of the Patient.
  package var patient: String
  /// The id of the master person; nil where the Patient is alone.
  package var master: String?
  /// From 0 to 1.
  package var probability: Double
  package var grade: MatchGrade
  package var reasons: [MatchReason]
}

/// What came of asking who a person may be.
package struct Matches: Sendable {
  /// The likeliest first.
  package var matches: [Match]
  /// Values of the person asked for that cannot be what they stand for.
  package var findings: [Finding]
}

extension PersonIndex {
  /// Who a person may be, by what a Patient resource says, stored or not.
  ///
  /// - Parameter onlyCertain: whether to answer only when it is certain who it is: one person.
  ///   <https://hl7.org/fhir/R4/patient-operation-match.html>
  package func matches(
    _ patient: JSONCursor, onlyCertain: Bool, limit: Int
  ) async throws(Anomaly) -> Matches {
    let record = PersonRecord(patient: patient)
    try await ready()
    return state.withLock { roll in
      let (candidates, findings) = roll.sought(record, limit: MatchIndex.candidatesGiven)
      var matches = candidates.compactMap { candidate -> Match? in
        let id = roll.id(at: candidate.record)
        guard !id.isEmpty else { return nil }
        return Match(
          patient: id, master: roll.master(of: id), probability: candidate.probability,
          grade: roll.grade(candidate), reasons: candidate.reasons)
      }
      if onlyCertain {
        matches = matches.filter { $0.grade == .certain }
        if Set(matches.map { $0.master ?? $0.patient }).count > 1 { matches = [] }
      }
      return Matches(matches: Array(matches.prefix(limit)), findings: findings)
    }
  }
}

extension Roll {
  func grade(_ candidate: MatchIndex.Candidate) -> MatchGrade {
    if candidate.mustBeAsked { return .possible }
    if candidate.isProven { return .certain }
    if candidate.score >= index.zones.certain { return .certain }
    if candidate.score >= index.zones.link { return .probable }
    return candidate.score >= index.zones.ask ? .possible : .certainlyNot
  }
}

extension MatchIndex.Candidate {
  /// Whether a person has to decide, however high the score.
  ///
  /// Besides what the numbers say: given names or sexes that differ, without a number in common,
  /// may be those of twins or of brothers and sisters who share all the rest.
  var mustBeAsked: Bool {
    if isHeld { return true }
    guard !hasNumberInCommon else { return false }
    return ["different", "distant"].contains(level("given")) || level("gender") == "different"
  }

  /// Whether a number decides alone: a valid one, or one of the same kind, and nothing against it.
  var isProven: Bool {
    hasNumberInCommon && level("birth") != "different"
      && !(level("surname") == "different" && level("given") == "different")
  }

  private var hasNumberInCommon: Bool {
    level("nationalNumber") == "proven"
      || level("card") == "exact" && level("nationalNumber") != "different"
  }

  private func level(_ trait: String) -> String? { reasons.first { $0.trait == trait }?.level }
}
