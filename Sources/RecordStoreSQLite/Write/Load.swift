package import FHIR
package import RecordStore

extension SQLiteStore {
  /// Stores many groups of entries in one durable step; each stands or falls alone.
  ///
  /// Preparation runs in the task of the caller: two or three calls at once keep the writer busy,
  /// which makes callers wait when it has enough. Equal content makes no version, so groups whose
  /// entries have known ids can be loaded again and double nothing.
  package func load(_ groups: [[BundleEntry]]) async -> [Result<LoadCounts, Anomaly>] {
    let plans = groups.map { group in Result { () throws(Anomaly) in try plan(group) } }
    let weight = groups.reduce(0) { $0 + $1.count }
    do throws(Anomaly) {
      return try await writer.submit(weight: weight) { (session) throws(Anomaly) in
        var results: [Result<LoadCounts, Anomaly>] = []
        for plan in plans { results.append(try session.load(plan)) }
        return results
      }
    } catch { return groups.map { _ in .failure(error) } }
  }
}

extension SQLiteSession {
  /// Carries out what one group asks for; its refusal is a result, only the store's own is thrown.
  fileprivate func load(_ plan: Result<Plan<Payload>, Anomaly>) throws(Anomaly)
    -> Result<LoadCounts, Anomaly>
  {
    var counts = LoadCounts()
    do throws(Anomaly) {
      for case .write(let effect, _, _, _, _) in try run(try plan.get()) { counts.add(effect) }
      return .success(counts)
    } catch {
      if error.category == .fault || error.category == .unavailable { throw error }
      return .failure(error)
    }
  }
}
