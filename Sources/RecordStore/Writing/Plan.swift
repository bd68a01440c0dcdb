package import FHIR

/// The steps of one transaction, ready for the writer.
package struct Plan<Payload: Sendable>: Sendable {
  package var steps: [Step<Payload>]
  /// What the URLs of the bundle become.
  package var map: ReferenceMap

  package init(_ steps: [Step<Payload>]) throws(Anomaly) {
    self.steps = steps
    map = ReferenceMap()
    guard steps.count > 1 else { return }
    for step in steps {
      guard let url = step.fullURL, let key = step.key, !step.isRead else { continue }
      let reference = key.description
      if url != reference { map[url] = reference }
      // An absolute full URL is also meant by a relative reference below the same base.
      guard case .create = step.action, let source = step.source,
        let old = ResourceKey.inside(url), old != key, source.root.resourceID == old.id
      else { continue }
      map[old.description] = reference
    }
  }

  /// Makes the drafts that were not made yet.
  package mutating func draft(by drafting: Drafting<Payload>) throws(Anomaly) {
    for index in steps.indices where steps[index].draft == nil {
      guard let key = steps[index].key, let source = steps[index].source else { continue }
      do {
        try steps[index].checkID()
        steps[index].draft = try drafting.draft(key, source, map)
      } catch {
        throw steps.count == 1 ? error : error.inEntry(index)
      }
    }
  }
}

extension ResourceKey {
  /// The key at the end of an absolute RESTful URL.
  static func inside(_ url: String) -> ResourceKey? {
    LiteralReference.read(url) { literal in
      guard case .absolute(_, let target?) = literal else { return nil }
      return ResourceKey(type: target.type, id: String(decoding: target.id, as: UTF8.self))
    }
  }
}

extension Anomaly {
  /// The same, saying which entry of the bundle is meant.
  package func inEntry(_ index: Int) -> Anomaly {
    var anomaly = self
    let place = "Bundle.entry[\(index)]"
    anomaly.path = path.map { "\(place).resource: \($0)" } ?? place
    anomaly.message = "\(place): \(message)"
    anomaly.chinese = chinese.map { "\(place):\($0)" }
    return anomaly
  }
}
