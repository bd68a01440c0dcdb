import FHIR
import FHIRSearch

/// A search in two steps: what the index finds, and what is then asked of the bodies of the few
/// found.
///
/// A patient's observations since a day: the index has the patient's few, but would have to gather
/// all
/// observations of everybody since that day. Reading the few is cheaper.
struct StagedSearch {
  var page: PageSQL
  /// What must hold besides, asked of each body; nil for nothing.
  var residue: Expression?

  /// How many resources are asked for their bodies at most.
  static let limit = 2_000

  /// - Parameter tree: restricted and normalized.
  init(_ tree: Expression, _ types: [TypeID], _ connection: Connection) throws(Anomaly) {
    page = PageSQL(tree, types)
    guard case .and(let parts) = tree, let point = page.pointIndex(of: parts) else { return }
    let costly = parts.indices.filter { index in
      index != point && parts[index].isLocal && !page.isPoint(parts[index])
    }
    guard !costly.isEmpty else { return }
    let cheap = parts.indices.filter { !costly.contains($0) }.map { parts[$0] }
    let few = PageSQL(parts[point], types).rids(limit: Self.limit + 1)
    let count: SQLText = "SELECT COUNT(*) FROM (\(few))"
    let row = try connection.statement(count)
    defer { row.reset() }
    guard try row.step(), row.int(0) <= Self.limit else { return }
    page = PageSQL(.and(cheap).normalized, types)
    residue = .and(costly.map { parts[$0] }).normalized
  }

  /// How many rows a statement has to give for a number of matches.
  func bound(_ limit: Int) -> Int { residue == nil ? limit : Int.max }
}
