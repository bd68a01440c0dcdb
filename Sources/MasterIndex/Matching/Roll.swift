import FHIR
import People
import RecordStore

/// Everybody on record, in memory: who may be whom, who is held to be one person, what was decided.
///
/// It follows the store's one writer; what a transaction changed can be taken back.
struct Roll: Sendable {
  private(set) var index: MatchIndex
  /// By place in the index: the id of the Patient; empty where none is any more.
  private var ids: [String]
  private var places: [String: Int]
  /// The Persons that the index has made, by id.
  private(set) var persons: [String: MasterPerson] = [:]
  /// By Patient: the Person that has its link.
  private var holders: [String: String] = [:]
  /// By Person: those that are parts of it.
  private(set) var parts: [String: Set<String>] = [:]
  /// By Person: the newest of those that continue it.
  private var continuations: [String: String] = [:]
  private var verdicts: [String: [String: Verdict]] = [:]
  private var changes: [Change] = []

  /// What can be taken back.
  private enum Change: Sendable {
    case added(place: Int)
    case removed(place: Int, id: String, MatchIndex.Row)
    case person(String, MasterPerson?)
    case verdict(RecordPair, Verdict?)
  }

  init(_ index: MatchIndex, ids: [String]) {
    self.index = index
    self.ids = ids
    places = Dictionary(ids.enumerated().map { ($0.element, $0.offset) }) { $1 }
  }

  // MARK: Records

  var count: Int { places.count }

  func id(at place: Int) -> String { ids.indices.contains(place) ? ids[place] : "" }

  func place(of id: String) -> Int? { places[id] }

  /// Takes a Patient in, in the place of what it said before.
  mutating func admit(_ record: PersonRecord, id: String) -> MatchIndex.Admission {
    remove(id)
    let admission = index.admit(record)
    while ids.count <= admission.place { ids.append("") }
    ids[admission.place] = id
    places[id] = admission.place
    changes.append(.added(place: admission.place))
    return admission
  }

  mutating func remove(_ id: String) {
    guard let place = places.removeValue(forKey: id) else { return }
    ids[place] = ""
    changes.append(.removed(place: place, id: id, index.remove(place)))
  }

  /// Who may be the person, without taking the record in.
  mutating func sought(
    _ record: PersonRecord, limit: Int
  ) -> (candidates: [MatchIndex.Candidate], findings: [Finding]) {
    index.sought(record, limit: limit)
  }

  // MARK: Persons

  /// Takes over what a Person of the index says now; nil when there is none any more.
  mutating func set(_ id: String, _ person: MasterPerson?) {
    let before = exchange(id, person)
    changes.append(.person(id, before))
  }

  @discardableResult
  private mutating func exchange(_ id: String, _ person: MasterPerson?) -> MasterPerson? {
    let before = persons[id]
    for patient in before?.patients ?? [] where holders[patient] == id { holders[patient] = nil }
    if let whole = before?.whole { parts[whole]?.remove(id) }
    persons[id] = person
    for patient in person?.patients ?? [] { holders[patient] = id }
    if let whole = person?.whole {
      parts[whole, default: []].insert(id)
      if person?.isContinuation ?? false { continuations[whole] = id }
    }
    return before
  }

  /// The Person that has a Patient's link.
  func holder(of patient: String) -> String? { holders[patient] }

  /// A chain of Persons that are parts of each other is not followed further.
  static let longestChain = 1_000

  /// The Person that another only continues.
  func continued(by person: String) -> String {
    guard let master = persons[person], master.isContinuation, let whole = master.whole else {
      return person
    }
    return whole
  }

  /// A Person that can take one more link: the one named, or the newest that continues it.
  func room(near person: String, limit: Int) -> String? {
    let first = continued(by: person)
    return [first, continuations[first]].compactMap { $0 }.first { id in
      guard let master = persons[id], id == first || continued(by: id) == first else {
        return false
      }
      return master.patients.count < limit
    }
  }

  /// The master person of a Person: the one that is part of no other.
  func root(of person: String) -> String {
    var root = person
    for _ in 0..<Self.longestChain {
      guard let whole = persons[root]?.whole, persons[whole] != nil else { break }
      root = whole
    }
    return root
  }

  /// The master person of a Patient; nil where it is alone.
  func master(of patient: String) -> String? { holders[patient].map { root(of: $0) } }

  /// The Persons that make up a master person, itself first.
  func tree(of root: String) -> [String] {
    var tree = [root]
    var seen: Set<String> = [root]
    var next = 0
    while next < tree.count, tree.count < Self.longestChain {
      for part in (parts[tree[next]] ?? []).sorted() where seen.insert(part).inserted {
        tree.append(part)
      }
      next += 1
    }
    return tree
  }

  /// The first record of a Person or of one of its parts.
  func firstRecord(of person: String) -> String? {
    for part in tree(of: person) {
      if let record = persons[part]?.patients.first { return record }
    }
    return nil
  }

  /// The records of one person, as far as so many: those of a master person, or the one alone.
  func records(with patient: String, limit: Int) -> [String] {
    guard let root = master(of: patient) else { return [patient] }
    var records: [String] = []
    for person in tree(of: root) {
      records += persons[person]?.patients ?? []
      if records.count >= limit { break }
    }
    return Array(records.prefix(limit))
  }

  /// How many persons there are: every record that is alone, and every master person.
  var personCount: Int {
    let linked = holders.keys.count { places[$0] != nil }
    return places.count - linked + persons.values.count { $0.whole == nil }
  }

  // MARK: Decisions

  func verdict(_ pair: RecordPair) -> Verdict? { verdicts[pair.first]?[pair.second] }

  /// What was asked or decided about a record and others.
  func verdicts(about id: String) -> [String: Verdict] { verdicts[id] ?? [:] }

  /// The two that a question is about.
  func pair(ofReview key: ResourceKey) -> RecordPair? {
    for (one, others) in verdicts {
      for other in others.keys where ReviewTask.key(RecordPair(one, other)) == key {
        return RecordPair(one, other)
      }
    }
    return nil
  }

  mutating func set(_ pair: RecordPair, _ verdict: Verdict?) {
    changes.append(.verdict(pair, self.verdict(pair)))
    exchange(pair, verdict)
  }

  private mutating func exchange(_ pair: RecordPair, _ verdict: Verdict?) {
    verdicts[pair.first, default: [:]][pair.second] = verdict
    verdicts[pair.second, default: [:]][pair.first] = verdict
  }

  // MARK: Taking back

  /// How much was changed so far.
  var mark: Int { changes.count }

  mutating func keep() { changes.removeAll(keepingCapacity: true) }

  /// Takes back what was changed since a mark.
  mutating func undo(to mark: Int = 0) {
    while changes.count > mark, let change = changes.popLast() {
      switch change {
      case .added(let place):
        places[ids[place]] = nil
        ids[place] = ""
        index.remove(place)
      case .removed(let place, let id, let row):
        index.restore(place, row)
        ids[place] = id
        places[id] = place
      case .person(let id, let person): exchange(id, person)
      case .verdict(let pair, let verdict): exchange(pair, verdict)
      }
    }
  }
}

/// Two records, whichever was named first.
struct RecordPair: Hashable, Sendable {
  let first: String
  let second: String

  init(_ one: String, _ other: String) {
    (first, second) = one < other ? (one, other) : (other, one)
  }
}

/// What stands about two records being of one person.
enum Verdict: Sendable {
  /// Somebody is asked, or has put it off.
  case open
  case same
  case different

  var isDecided: Bool { self != .open }
}
