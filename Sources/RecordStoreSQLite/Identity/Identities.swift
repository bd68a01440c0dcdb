import FHIR
import RecordStore

/// Which dense id stands for which resource: the table `ident`, with what was used lately at hand.
///
/// Belongs to the writer. An identity without a resource is one that was only referred to yet.
final class Identities {
  struct Key: Hashable {
    var type: TypeID
    var id: StoredID
  }

  struct Place {
    var rid: Int64
    /// Whether it is known that no row of `resource` has the rid.
    var isReserved: Bool
  }

  private let connection: Connection
  private var known: [Key: Place] = [:]
  /// Rows to be written with the next flush.
  private var fresh: [Key: Int64] = [:]

  /// How many identities are kept at hand; all are dropped beyond.
  private static let limit = 400_000

  init(_ connection: Connection) { self.connection = connection }

  func find(_ key: Key) throws(Anomaly) -> Place? {
    if let place = known[key] { return place }
    let row = try connection.statement("SELECT rid FROM ident WHERE id = ? AND type = ?")
    row.bind(key.id, at: 1)
    row.bind(Int64(key.type.rawValue), at: 2)
    defer { row.reset() }
    guard try row.step() else { return nil }
    let place = Place(rid: row.int64(0), isReserved: false)
    remember(key, place)
    return place
  }

  func add(_ key: Key, _ rid: Int64, isReserved: Bool) {
    remember(key, Place(rid: rid, isReserved: isReserved))
    fresh[key] = rid
  }

  /// Gives a reserved identity another rid while no table has it; false when one may have it.
  func moveFresh(_ key: Key, to rid: Int64) -> Bool {
    guard fresh[key] != nil, known[key]?.isReserved == true else { return false }
    add(key, rid, isReserved: true)
    return true
  }

  /// A reserved identity has its resource now.
  func settle(_ key: Key, _ rid: Int64) {
    remember(key, Place(rid: rid, isReserved: false))
  }

  func forget(_ key: Key) { known[key] = nil }

  private func remember(_ key: Key, _ place: Place) {
    if known.count >= Self.limit, fresh.isEmpty { known.removeAll(keepingCapacity: true) }
    known[key] = place
  }

  /// Writes the new rows in the order of the table.
  func flush() throws(Anomaly) {
    guard !fresh.isEmpty else { return }
    let rows = fresh.sorted { left, right in
      guard case .uuid(let one, _) = left.key.id, case .uuid(let other, _) = right.key.id else {
        return false
      }
      return one < other
    }
    let row = try connection.statement("INSERT INTO ident (id, type, rid) VALUES (?, ?, ?)")
    for (key, rid) in rows {
      row.bind(key.id, at: 1)
      row.bind(Int64(key.type.rawValue), at: 2)
      row.bind(rid, at: 3)
      try row.run()
    }
    fresh.removeAll(keepingCapacity: true)
  }

  /// After a transaction that was undone: nothing is known any more.
  func reset() {
    known.removeAll(keepingCapacity: true)
    fresh.removeAll(keepingCapacity: true)
  }
}
