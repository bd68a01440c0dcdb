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
  /// The whole JSON with id and meta; empty when the version is a deletion.
  package var body: [UInt8]

  package var isDeleted: Bool { method == .delete }

  package init(
    key: ResourceKey, version: Int, updated: Int64, sequence: Int64, method: Method, body: [UInt8]
  ) {
    self.key = key
    self.version = version
    self.updated = updated
    self.sequence = sequence
    self.method = method
    self.body = body
  }
}
