package import FHIR

/// A row of the index of one resource, without the resource's own number.
package struct IndexEntry: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// `low` and `high` are integers: tokens, dates, references to other servers.
    case integer
    /// `low` and `high` are the bits of doubles: numbers and quantities.
    case real
    /// `low` and `high` are the bounds of a text in `IndexEntries.text`.
    case text
    /// `low` and `high` are the bounds of a logical id in `IndexEntries.text`; see `target`.
    case reference
    /// `low` is the place of a tuple in `IndexEntries.tuples`.
    case tuple
  }

  /// The number of the parameter and the kind of row: `SearchParameter.key`.
  package var key: Int32
  package var kind: Kind
  /// The type of resource that a reference leads to.
  package var target: TypeID
  package var low: Int64
  package var high: Int64

  init(
    _ key: Int32, _ kind: Kind, _ low: Int64, _ high: Int64, target: TypeID = .resource
  ) {
    self.key = key
    self.kind = kind
    self.low = low
    self.high = high
    self.target = target
  }
}

/// One column of a tuple.
package enum TupleValue: Hashable, Sendable {
  case integer(Int64)
  case real(Double)
  case text(String)
  /// The number of a resource, or 0 and -1 columns for a URL.
  case reference(TypeID, id: String)
}

/// A row of the table `composite`: up to three components of two columns.
package struct IndexTuple: Hashable, Sendable {
  /// Six values; those that are not needed are integers 0.
  package var values: [TupleValue]

  init(_ values: [TupleValue]) {
    self.values = values
    while self.values.count < 6 { self.values.append(.integer(0)) }
  }
}

/// All rows of the index of one resource.
package struct IndexEntries: Sendable {
  package var rows: [IndexEntry] = []
  package var tuples: [IndexTuple] = []
  /// The bytes of texts and ids.
  package var text: [UInt8] = []

  package init() {}

  package mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    tuples.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
  }

  /// The text of a row of kind `text` or `reference`.
  package func text(of row: IndexEntry) -> ArraySlice<UInt8> {
    text[Int(row.low)..<Int(row.high)]
  }

  mutating func add(_ key: Int32, _ low: Int64, _ high: Int64) {
    rows.append(IndexEntry(key, .integer, low, high))
  }

  mutating func add(_ key: Int32, _ tuple: IndexTuple) {
    rows.append(IndexEntry(key, .tuple, Int64(tuples.count), 0))
    tuples.append(tuple)
  }
}
