import FHIR
import FHIRSearch
import RecordStore

extension Site {
  /// More people at one address are an institution, not a family.
  static let neighbourLimit = 20

  /// The people who live at the same address and share the telephone or the village.
  func neighbours(
    of patient: Record.Item, for section: RecordSection
  ) async throws(Anomaly) -> [Record.Item] {
    guard section.shown.contains(.family),
      let line = patient.root.text("address", "line") ?? patient.root.text("address", "text"),
      let type = Schema.r4.type(named: "Patient")
    else { return [] }
    let escaped = line.replacing(/[\\,|$]/) { "\\" + $0.output }
    let text = "address:exact=\(escaped.urlEncoded)&_count=\(Self.neighbourLimit)"
    let query = try Query.parse(
      text, in: .type(type), QueryContext(table: store.parameters, now: clock()))
    let found = try await store.search(query).entries.map(\.version)
    return try Record(found)["Patient"]
  }
}
