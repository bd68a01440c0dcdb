/// All persons, ready to be compared with one more: candidates are looked up, not searched for.
///
/// Records added later lie beside the sorted ones until there are many of them.
package struct MatchIndex: Sendable {
  private var packing: Packing
  private let model: MatchModel
  private let rareness: Rareness
  private let ceiling: Ceiling
  package let zones: Zones
  private var postings: Postings

  /// A person who may be the one asked for.
  package struct Candidate: Sendable {
    /// The place of the record, in the order in which records were added.
    package var record: Int
    /// log₂ odds that it is the same person.
    package var score: Float
    /// Whether a person has to decide, whatever the score.
    package var isHeld: Bool
    package var reasons: [MatchReason]

    package var probability: Double { MatchModel.probability(score) }
  }

  /// So many records are compared with one at most, those that share the rarest keys first.
  package static let recordsCompared = 64
  /// A key that more records have is no key.
  static let groupLimit = 128
  package static let candidatesGiven = 100

  /// The records of a batch, with the model learnt from them.
  package init(_ linkage: Linkage) {
    packing = linkage.packing
    model = linkage.model
    rareness = linkage.rareness
    ceiling = Ceiling(model, rareness)
    zones = linkage.zones
    postings = Postings(packing)
  }

  /// An index of records that are there already: it learns from them when there are enough.
  ///
  /// With fewer it begins with the weights that come with the program.
  package init(_ gathering: Gathering) {
    if gathering.packing.count >= Self.recordsToLearnFrom {
      self.init(Linkage(gathering.packing))
    } else {
      self.init(gathering.packing, .shipped)
    }
    packing.forgetFindings()
  }

  /// Fewer records than these say too little of how often people agree.
  package static let recordsToLearnFrom = 20_000

  private init(_ packing: Packing, _ model: MatchModel) {
    self.packing = packing
    self.model = model
    rareness = Rareness()
    ceiling = Ceiling(model, rareness)
    zones = .shipped
    postings = Postings(packing)
  }

  /// Records on their way into an index.
  package struct Gathering: Sendable {
    fileprivate var packing = Packing()

    package init() {}

    /// Gives the place that the record will have.
    @discardableResult
    package mutating func add(_ record: PersonRecord) -> Int {
      let place = packing.append(record)
      packing.forgetFindings()
      return place
    }
  }

  package var count: Int { packing.count }

  /// Adds a record; from now on it is found.
  @discardableResult
  package mutating func add(_ record: PersonRecord) -> Int { admit(record).place }

  /// A record added, and who it may be.
  package struct Admission: Sendable {
    package var place: Int
    /// The likeliest first; the record itself is not among them.
    package var candidates: [Candidate]
    /// Values that cannot be what they stand for.
    package var findings: [Finding]
  }

  /// Adds a record and says who else is, or may be, the person.
  package mutating func admit(_ record: PersonRecord) -> Admission {
    let place = packing.append(record)
    let findings = packing.findings
    packing.forgetFindings()
    let found = compared(place)
    postings.add(UInt32(place), keys(ofRecord: place))
    if postings.shouldSort { postings = Postings(packing) }
    return Admission(
      place: place, candidates: Array(found.prefix(Self.candidatesGiven)), findings: findings)
  }

  /// What a record said, kept to bring it back.
  package struct Row: Sendable { fileprivate var values: [UInt32] }

  /// Takes a record away: it is found no more. Its place stays empty.
  @discardableResult
  package mutating func remove(_ place: Int) -> Row {
    let row = Row(values: packing.row(place))
    packing.setRow(place, [UInt32](repeating: 0, count: Packing.width))
    return row
  }

  /// Brings back what was taken away.
  package mutating func restore(_ place: Int, _ row: Row) {
    packing.setRow(place, row.values)
    postings.add(UInt32(place), keys(ofRecord: place))
  }

  /// The records at two places compared, whether or not they share a key.
  package func compare(_ one: Int, _ other: Int) -> Candidate {
    let found = packing.alone([] as [Scored], remembers: false) { work in
      work.found.append(judged(UInt32(one), UInt32(other), work))
    }
    return found.first.map(candidate)
      ?? Candidate(record: other, score: 0, isHeld: false, reasons: [])
  }

  /// The records that are, or may be, of the person, the likeliest first.
  package mutating func candidates(
    for record: PersonRecord, limit: Int = candidatesGiven
  ) -> [Candidate] {
    sought(record, limit: limit).candidates
  }

  /// The same, with the values of the record that cannot be what they stand for.
  package mutating func sought(
    _ record: PersonRecord, limit: Int = candidatesGiven
  ) -> (candidates: [Candidate], findings: [Finding]) {
    let mark = packing.vocabulary.mark
    let place = packing.append(record)
    let findings = packing.findings
    let found = compared(place)
    packing.removeLast()
    packing.forgetFindings()
    packing.vocabulary.forget(after: mark)
    return (Array(found.prefix(limit)), findings)
  }

  private func keys(ofRecord place: Int) -> [UInt32] {
    var keys = [UInt32](repeating: 0, count: BlockingKey.count)
    packing.rows.withUnsafeBufferPointer { rows in
      keys.withUnsafeMutableBufferPointer { keys in
        guard let row = rows.baseAddress, let base = keys.baseAddress else { return }
        BlockingKey.write(row + place * Packing.width, packing.vocabulary, to: base)
      }
    }
    return keys
  }

  private struct Scored {
    var record: UInt32
    var score: Float
    var isHeld: Bool
    var pattern: Pattern
  }

  private func compared(_ place: Int) -> [Candidate] {
    let candidates = postings.records(of: keys(ofRecord: place))
    var scored = packing.alone([] as [Scored], remembers: false) { work in
      for other in candidates {
        let most = ceiling.score(work.row(UInt32(place)), work.row(other))
        guard most >= zones.ask else { continue }
        let found = judged(UInt32(place), other, work)
        if found.score >= zones.ask || found.isHeld { work.found.append(found) }
      }
    }
    scored.sort { ($1.score, $0.record) < ($0.score, $1.record) }
    return scored.map(candidate)
  }

  private func judged<Found>(
    _ one: UInt32, _ other: UInt32, _ work: Comparing<Found>
  ) -> Scored {
    let pattern = work.pattern(one, other)
    let (score, isHeld) = model.judged(pattern, rareness.adjustment(pattern, work.row(other)))
    return Scored(record: other, score: score, isHeld: isHeld, pattern: pattern)
  }

  private func candidate(_ found: Scored) -> Candidate {
    Candidate(
      record: Int(found.record), score: found.score, isHeld: found.isHeld,
      reasons: model.reasons(found.pattern))
  }
}
