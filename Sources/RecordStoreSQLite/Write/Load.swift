package import FHIR
package import RecordStore

extension SQLiteStore {
  /// Stores many bundles in one durable step; each stands or falls alone.
  ///
  /// A POST keeps the id that its resource brings (`id`, or the `urn:uuid` of its full URL), and
  /// equal
  /// content makes no version, so the same files can be loaded again and double nothing.
  /// Preparation
  /// runs in the task of the caller: two or three calls at once keep the writer busy; it makes
  /// callers
  /// wait when it has enough. A `batch` is stored entry by entry.
  package func load(_ bundles: [RequestBundle]) async -> [Result<LoadCounts, Anomaly>] {
    let plans = bundles.map { bundle in
      Result { () throws(Anomaly) in try loadPlans(bundle) }
    }
    let weight = bundles.reduce(0) { $0 + $1.entries.count }
    do throws(Anomaly) {
      return try await writer.submit(weight: weight) { (session) throws(Anomaly) in
        var results: [Result<LoadCounts, Anomaly>] = []
        for plan in plans { results.append(try session.load(plan)) }
        return results
      }
    } catch { return bundles.map { _ in .failure(error) } }
  }

  private func loadPlans(_ bundle: RequestBundle) throws(Anomaly) -> [Plan<Payload>] {
    switch bundle.kind {
    case .transaction: return [try plan(bundle.entries, keepsIDs: true)]
    case .batch:
      var plans: [Plan<Payload>] = []
      for (index, entry) in bundle.entries.enumerated() {
        do { plans.append(try plan([entry], keepsIDs: true)) } catch {
          throw error.inEntry(index)
        }
      }
      return plans
    }
  }
}

extension SQLiteSession {
  /// Carries out what one bundle asks for; its refusal is a result, only the store's own is thrown.
  fileprivate func load(_ plans: Result<[Plan<Payload>], Anomaly>) throws(Anomaly)
    -> Result<LoadCounts, Anomaly>
  {
    var counts = LoadCounts()
    do throws(Anomaly) {
      for plan in try plans.get() {
        for case .write(let effect, _, _, _, _) in try run(plan) { counts.add(effect) }
      }
      return .success(counts)
    } catch {
      if error.category == .fault || error.category == .unavailable { throw error }
      return .failure(error)
    }
  }
}
