package import FHIR
package import FHIRSearch

/// The place where every fact of the platform is kept: versioned, searchable, never half written.
///
/// The semantics are those of the RESTful API, <https://hl7.org/fhir/R4/http.html>, without HTTP:
/// what
/// a status code says there is an `Anomaly` or an outcome here. One suite of tests runs against
/// every
/// implementation.
package protocol RecordStore: Sendable {
  /// The latest version; one with method `.delete` when the resource is deleted; nil when it never
  /// was.
  ///
  /// <https://hl7.org/fhir/R4/http.html#read>
  func read(_ key: ResourceKey) async throws(Anomaly) -> Version?

  /// One version. <https://hl7.org/fhir/R4/http.html#vread>
  func read(_ key: ResourceKey, version: Int) async throws(Anomaly) -> Version?

  /// The versions of a resource, a type or all, the newest first.
  ///
  /// <https://hl7.org/fhir/R4/http.html#history>
  func history(_ scope: HistoryScope, _ window: HistoryWindow) async throws(Anomaly) -> HistoryPage

  /// The search parameters that queries may use: the standard's and those that were added.
  var parameters: ParameterTable { get }

  /// A page of what a query finds, made use of where it was read.
  ///
  /// <https://hl7.org/fhir/R4/search.html>
  func search<T: Sendable>(
    _ query: Query, _ use: @escaping @Sendable (SearchPage) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T

  /// Carries out one write; durable when it returns.
  func write(_ write: Write) async throws(Anomaly) -> WriteOutcome

  /// Carries out all entries or none, in the standard's order whatever theirs.
  ///
  /// The answers stand in the order of the entries.
  /// <https://hl7.org/fhir/R4/http.html#transaction>
  func transaction(_ entries: [BundleEntry]) async throws(Anomaly) -> [EntryOutcome]

  /// Carries out work of several steps in one transaction; durable when it returns.
  func perform<Task: WriteTask>(_ task: Task) async throws(Anomaly) -> Task.Outcome

  /// The record of one person, made use of where it was read.
  ///
  /// <https://hl7.org/fhir/R4/operation-patient-everything.html>
  func everything<T: Sendable>(
    _ key: ResourceKey, _ window: EverythingWindow,
    _ use: @escaping @Sendable (SearchPage) throws(Anomaly) -> T
  ) async throws(Anomaly) -> T

  /// What changed behind a sequence number, in order: the feed that everything downstream follows.
  ///
  /// - Parameter types: only changes of these types, which costs as much as there are of them; nil
  ///   for all.
  func changes(
    after sequence: Int64, limit: Int, of types: Set<TypeID>?
  ) async throws(Anomaly) -> [Change]

  /// Removes a resource with all its versions from every table; the feed keeps an empty marker.
  func erase(_ key: ResourceKey) async throws(Anomaly)

  /// The profiles, tags and security labels of a resource, a type or all.
  /// <https://hl7.org/fhir/R4/resource-operation-meta.html>
  func meta(_ scope: HistoryScope) async throws(Anomaly) -> JSON

  /// Adds or removes profiles, tags and security labels; makes a new version when anything changes.
  ///
  /// <https://hl7.org/fhir/R4/resource-operation-meta-add.html>
  func changeMeta(_ key: ResourceKey, _ change: MetaChange) async throws(Anomaly) -> JSON

  /// What there is, in numbers, without waiting.
  func statistics() -> Statistics
}

extension RecordStore {
  /// A page of what a query finds.
  package func search(_ query: Query) async throws(Anomaly) -> SearchPage {
    try await search(query) { $0 }
  }

  /// What changed behind a sequence number, of all types.
  package func changes(after sequence: Int64, limit: Int) async throws(Anomaly) -> [Change] {
    try await changes(after: sequence, limit: limit, of: nil)
  }

  /// The record of one person.
  package func everything(_ key: ResourceKey, _ window: EverythingWindow) async throws(Anomaly)
    -> SearchPage
  {
    try await everything(key, window) { $0 }
  }
}
