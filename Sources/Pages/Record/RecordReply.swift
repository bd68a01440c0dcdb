import FHIR
import RecordStore

extension Site {
  /// Of a person's other records, so many are counted.
  private static let othersCounted = 99

  /// `/Patient/id` and `/Patient/id/section`: a person's record.
  ///
  /// `?show=numbers` shows whole numbers, `?page=` goes on with older encounters,
  /// `?code=system|code`
  /// asks for one test.
  func record(
    _ id: String, _ name: String, _ request: PageRequest, _ frame: Frame
  ) async throws(Anomaly) -> PageReply? {
    guard let section = RecordSection(rawValue: name), let type = Schema.r4.type(named: "Patient"),
      ResourceKey.isID(id)
    else { return nil }
    let key = ResourceKey(type: type, id: id)
    guard let version = try await store.read(key) else {
      throw .notFound(
        Texts.text("noRecord", .english, id), chinese: Texts.text("noRecord", .chinese, id))
    }
    guard !version.isDeleted else {
      throw .gone(
        Texts.text("goneRecord", .english, id), chinese: Texts.text("goneRecord", .chinese, id))
    }
    var record = try Record([version])
    let reading = RecordReading(store: store, person: key, now: clock())
    let place = try await reading.add(section, cursor: request["page"], to: &record)
    guard let patient = record.item("Patient/\(id)") else { return nil }
    let neighbours = try await neighbours(of: patient, for: section)
    var page = RecordPage(
      section, of: patient, record, neighbours: neighbours,
      now: Moment(milliseconds: clock()), language: frame.language,
      isShown: request["show"] == "numbers")
    page.place = place
    page.test = request["code"]
    if let index, let master = index.master(of: id) {
      page.master = (master, index.others(than: id, limit: Self.othersCounted).count)
    }
    return withExtendedLifetime(record) { .html(Template.record.render(page.values(), frame)) }
  }
}
