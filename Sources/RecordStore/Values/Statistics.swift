package import FHIR

/// What a store holds and how busy it is.
package struct Statistics: Sendable {
  /// Resources that are not deleted, by type.
  package var counts: [TypeID: Int]
  package var fileSizeInBytes: Int
  package var logSizeInBytes: Int
  /// The last sequence number of the change feed.
  package var sequence: Int64
  /// How many writes wait for the writer.
  package var waiting: Int

  package init(
    counts: [TypeID: Int], fileSizeInBytes: Int, logSizeInBytes: Int, sequence: Int64, waiting: Int
  ) {
    self.counts = counts
    self.fileSizeInBytes = fileSizeInBytes
    self.logSizeInBytes = logSizeInBytes
    self.sequence = sequence
    self.waiting = waiting
  }
}
