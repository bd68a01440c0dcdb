package import FHIR

/// Work of several steps that the writer does as one, in one transaction.
package protocol WriteTask: Sendable {
  associatedtype Outcome: Sendable

  /// What is thrown undoes nothing, so it is thrown before anything is written; a fault of the
  /// store's own undoes all.
  func run(in session: some WriteSession) throws(Anomaly) -> Outcome
}
