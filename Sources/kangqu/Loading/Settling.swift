import District
import FHIR
import Foundation
import RecordStore
import Synchronization

/// Stores a district while it is made: household by household, some of them in work at one time.
struct Settling {
  let district: LivingDistrict
  let store: any RecordStore
  /// Gives residents their cards; nil for a district without.
  var cards: DistrictCards?

  /// Bundles made and not yet stored.
  private static let bundlesAhead = 8
  private static let transactionsInWork = 3
  private static let entriesPerTransaction = 500

  /// The hand-over from the thread that makes to the tasks that store.
  private final class Belt: Sendable {
    let room = DispatchSemaphore(value: Settling.bundlesAhead)
    /// What ended the making or the storing early.
    let failure = Mutex<Anomaly?>(nil)

    func end(with anomaly: Anomaly) { failure.withLock { $0 = $0 ?? anomaly } }

    func check() throws(Anomaly) {
      if let failure = failure.withLock({ $0 }) { throw failure }
    }
  }

  /// Gives the number of resources stored.
  func run() async throws(Anomaly) -> Int {
    let belt = Belt()
    let (stream, feeder) = AsyncStream.makeStream(of: [JSON].self)
    let district = district
    Thread.detachNewThread {
      do throws(Anomaly) {
        try district.forEachBundle { (resources) throws(Anomaly) in
          belt.room.wait()
          try belt.check()
          feeder.yield(resources)
        }
      } catch {
        belt.end(with: error)
      }
      feeder.finish()
    }
    var progress = Progress(unit: "resources", total: 0)
    var stored = 0
    var waiting: [JSON] = []
    await withTaskGroup(of: Int.self) { group in
      var inWork = 0
      for await bundle in stream {
        waiting += bundle
        if waiting.count >= Self.entriesPerTransaction {
          if inWork >= Self.transactionsInWork, let count = await group.next() {
            stored += count
            inWork -= 1
          }
          let resources = waiting
          waiting = []
          inWork += 1
          group.addTask { await self.store(resources, belt) }
        }
        belt.room.signal()
        progress.show(done: 0, count: stored)
      }
      for await count in group { stored += count }
    }
    stored += await store(waiting, belt)
    progress.clear()
    try belt.check()
    return stored
  }

  /// Stores some resources under their own ids; a failure ends the making too.
  private func store(_ resources: [JSON], _ belt: Belt) async -> Int {
    guard !resources.isEmpty else { return 0 }
    do throws(Anomaly) {
      var entries: [BundleEntry] = []
      let resources = try cards?.giving(to: resources) ?? resources
      for resource in resources {
        let type = resource["resourceType"]?.string ?? ""
        let id = resource["id"]?.string ?? ""
        entries.append(
          BundleEntry(.put, "\(type)/\(id)", resource: try JSONDocument.parse(resource.encoded())))
      }
      _ = try await store.transaction(entries)
      return entries.count
    } catch {
      belt.end(with: error)
      return 0
    }
  }
}
