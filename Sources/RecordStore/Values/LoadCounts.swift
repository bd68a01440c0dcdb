/// What a load of one bundle did.
package struct LoadCounts: Hashable, Sendable {
  package var created = 0
  package var updated = 0
  package var unchanged = 0
  package var deleted = 0

  package init() {}

  package mutating func add(_ effect: WriteOutcome.Effect) {
    switch effect {
    case .created: created += 1
    case .updated: updated += 1
    case .unchanged, .matched, .absent: unchanged += 1
    case .deleted: deleted += 1
    }
  }
}
