import FHIR
import RecordStore

extension Site {
  /// The start page: one field that finds a person by name, pinyin, identity number or phone.
  func home(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    .html(Template.home.render(["query": request["q"] ?? ""], frame))
  }
}
