import FHIR

/// Hands out dense ids, `cluster << 20 | ordinal`: a cluster for each person, so that a record is
/// one
/// range, and shared ones for the types that belong to nobody.
final class Clusters {
  static let ordinalBits: Int64 = 20
  static let ordinalLimit: Int64 = 1 << ordinalBits

  private struct Cluster {
    var type: TypeID?
    var next: Int64
    /// What the table says is free: some more than are used, so that few commits have to say it.
    var reserved: Int64
    var successor: Int64?
    var isDirty: Bool
  }

  private let connection: Connection
  private var clusters: [Int64: Cluster] = [:]
  private var shared: [TypeID: Int64] = [:]
  private var last: Int64?

  /// How many ordinals are set aside at once; those not used when the store is closed never are.
  private static let reserve: Int64 = 31
  /// How many clusters are kept at hand.
  private static let limit = 100_000

  init(_ connection: Connection) { self.connection = connection }

  /// The cluster that a rid lies in.
  static func cluster(of rid: Int64) -> Int64 { rid >> ordinalBits }

  /// A cluster for a new person.
  func addPerson() throws(Anomaly) -> Int64 { try add(type: nil) }

  private func add(type: TypeID?) throws(Anomaly) -> Int64 {
    let number = try lastNumber() + 1
    last = number
    clusters[number] = Cluster(type: type, next: 0, reserved: 0, successor: nil, isDirty: true)
    return number
  }

  private func lastNumber() throws(Anomaly) -> Int64 {
    if let last { return last }
    return try connection.integer("SELECT max(cluster) FROM cluster") ?? 0
  }

  /// The cluster of a type that belongs to no person.
  func shared(by type: TypeID) throws(Anomaly) -> Int64 {
    if let known = shared[type] { return known }
    let row = try connection.statement("SELECT max(cluster) FROM cluster WHERE type = ?")
    row.bind(Int64(type.rawValue), at: 1)
    defer { row.reset() }
    let found = try row.step() && !row.isNull(0) ? row.int64(0) : try add(type: type)
    shared[type] = found
    return found
  }

  /// A rid that was never used, in a cluster or where it goes on.
  func allocate(in number: Int64) throws(Anomaly) -> Int64 {
    var number = number
    while true {
      var cluster = try load(number)
      if cluster.next < Self.ordinalLimit {
        let rid = number << Self.ordinalBits | cluster.next
        cluster.next += 1
        if cluster.next > cluster.reserved {
          cluster.reserved = min(cluster.next + Self.reserve, Self.ordinalLimit)
          cluster.isDirty = true
        }
        clusters[number] = cluster
        return rid
      }
      if let successor = cluster.successor {
        number = successor
        continue
      }
      let successor = try add(type: cluster.type)
      cluster.successor = successor
      cluster.isDirty = true
      clusters[number] = cluster
      if let type = cluster.type { shared[type] = successor }
      number = successor
    }
  }

  /// Whether a cluster is another or where that goes on.
  func isSame(_ number: Int64, as home: Int64) throws(Anomaly) -> Bool {
    var place: Int64? = home
    while let here = place {
      if here == number { return true }
      place = try load(here).successor
    }
    return false
  }

  func isPersons(_ number: Int64) throws(Anomaly) -> Bool { try load(number).type == nil }

  private func load(_ number: Int64) throws(Anomaly) -> Cluster {
    if let known = clusters[number] { return known }
    let row = try connection.statement(
      "SELECT type, next, successor FROM cluster WHERE cluster = ?")
    row.bind(number, at: 1)
    defer { row.reset() }
    guard try row.step() else { throw .fault("Cluster \(number) is missing") }
    let cluster = Cluster(
      type: row.isNull(0) ? nil : TypeID(rawValue: UInt16(truncatingIfNeeded: row.int64(0))),
      next: row.int64(1), reserved: row.int64(1),
      successor: row.isNull(2) ? nil : row.int64(2), isDirty: false)
    clusters[number] = cluster
    return cluster
  }

  func flush() throws(Anomaly) {
    let row = try connection.statement(
      """
      INSERT INTO cluster (cluster, type, next, successor) VALUES (?, ?, ?, ?)
      ON CONFLICT (cluster) DO UPDATE SET next = excluded.next, successor = excluded.successor
      """)
    for (number, cluster) in clusters where cluster.isDirty {
      row.bind(number, at: 1)
      if let type = cluster.type {
        row.bind(Int64(type.rawValue), at: 2)
      } else {
        row.bindNull(at: 2)
      }
      row.bind(cluster.reserved, at: 3)
      if let successor = cluster.successor {
        row.bind(successor, at: 4)
      } else {
        row.bindNull(at: 4)
      }
      try row.run()
      clusters[number]?.isDirty = false
    }
    if clusters.count > Self.limit { clusters.removeAll(keepingCapacity: true) }
  }

  func reset() {
    clusters.removeAll(keepingCapacity: true)
    shared.removeAll()
    last = nil
  }
}
