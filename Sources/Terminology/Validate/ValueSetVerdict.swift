extension Library {
  /// Whether a code is in a value set, as `$validate-code` would say; nil when it cannot tell.
  ///
  /// A code without a system is that of the one code system of the value set that has it, as in an
  /// element of type `code`. <https://hl7.org/fhir/R4/terminologies.html#code>
  package func holds(
    system: String?, version: String? = nil, code: String, in canonical: Canonical
  ) -> Bool? {
    // A stored value set that names no version stands for whichever is asked for.
    let unversioned = valueSet(canonical.url).flatMap { $0.version == nil ? $0 : nil }
    guard let set = valueSet(canonical.url, version: canonical.version) ?? unversioned else {
      return nil
    }
    let inquiry = Inquiry(self)
    var validation = CodeValidation(inquiry: inquiry, set: set, form: .coding, codings: [])
    validation.isMembershipOnly = true
    do {
      if system == nil {
        validation.inferred = try SystemInference(inquiry: inquiry, code: code).systems(set)
          .sorted()
      }
      let coding = AskedCoding(system: system, version: version, code: code)
      let verdict = try validation.verdict(coding)
      if verdict.isInSet { return true }
      return verdict.isUndetermined && !set.listsAll(of: system ?? "") ? nil : false
    } catch {
      // A value set that cannot be gone through says nothing of a code.
      return nil
    }
  }
}

extension ValueSet {
  /// Whether every code that it can have of a system stands in it, so that nobody need know the
  /// system.
  fileprivate func listsAll(of system: String) -> Bool {
    includes.allSatisfy { include in
      guard let own = include.system else { return false }
      return own != system || !include.concepts.isEmpty
    }
  }
}
