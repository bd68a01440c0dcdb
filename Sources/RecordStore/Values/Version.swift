package import FHIR

/// How a version came to be; the `request.method` of its history entry.
package enum Method: UInt8, Sendable {
  case post = 1
  case put, patch, delete
}

/// One version of a resource.
package struct Version: Hashable, Sendable {
  package var key: ResourceKey
  /// Counted from 1 for each resource; the `meta.versionId`.
  package var version: Int
  /// The `meta.lastUpdated`, in milliseconds since 1970 UTC.
  package var updated: Int64
  /// The place in the change feed.
  package var sequence: Int64
  package var method: Method
  /// The JSON without id and the store's part of meta; empty when the version is a deletion.
  package let content: [UInt8]

  package var isDeleted: Bool { method == .delete }

  /// - Parameter content: as `JSONSplice.withoutIdentity` makes it, or empty.
  package init(
    key: ResourceKey, version: Int, updated: Int64, sequence: Int64, method: Method,
    content: [UInt8]
  ) throws(Anomaly) {
    guard content.isEmpty || JSONSplice.isWithoutIdentity(content) else {
      throw .fault("The stored body of \(key) does not begin with its resourceType")
    }
    self.key = key
    self.version = version
    self.updated = updated
    self.sequence = sequence
    self.method = method
    self.content = content
  }

  /// The whole JSON with id and meta; empty when the version is a deletion.
  package var body: [UInt8] {
    if content.isEmpty { return [] }
    return JSONSplice.withIdentity(
      content, id: key.id, version: version, lastUpdated: Instant(milliseconds: updated))
  }

  /// About how long the whole JSON is.
  package var sizeInBytes: Int { content.isEmpty ? 0 : content.count + 160 }

  /// Appends the whole JSON.
  package func write(into out: inout [UInt8]) {
    guard !content.isEmpty else { return }
    JSONSplice.writeWithIdentity(
      content, id: key.id, version: version, lastUpdated: Instant(milliseconds: updated),
      into: &out)
  }
}
