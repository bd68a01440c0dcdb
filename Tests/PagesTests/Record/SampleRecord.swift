import FHIR
import Foundation
import RecordStore
import TestSupport
import Testing

@testable import Pages

/// A record without a store: from JSON written in a test, or from a bundle of the reference data.
struct SampleRecord {
  let record: Record
  let patient: Record.Item

  /// The resources, the first of which is the Patient.
  init(_ resources: [JSON]) throws {
    record = try Record(
      resources.map { resource in
        let text = resource["resourceType"]?.string ?? ""
        let type = try #require(Schema.r4.type(named: text))
        let key = ResourceKey(type: type, id: resource["id"]?.string ?? "")
        return try Version(
          key: key, version: 1, updated: 0, sequence: 0, method: .put,
          content: try JSONSplice.withoutIdentity(JSONDocument.parse(resource.text)))
      })
    patient = try #require(record["Patient"].first)
  }

  /// A transaction bundle whose references are `urn:uuid:`.
  init(bundle path: String) throws {
    let bytes = try Reference.bytes("synthea/bundles/" + path)
    let bundle = try JSON(parsing: bytes)
    var types: [Substring: String] = [:]
    for entry in bundle["entry"]?.items ?? [] {
      guard let url = entry["fullUrl"]?.string, let resource = entry["resource"]?["resourceType"]
      else { continue }
      types[url.dropFirst("urn:uuid:".count)] = resource.string
    }
    let pieces = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\"urn:uuid:")
    var text = pieces[0]
    for piece in pieces.dropFirst() {
      text += "\"" + (types[piece.prefix(36)].map { $0 + "/" } ?? "urn:uuid:") + piece
    }
    let whole = try JSON(parsing: Array(text.utf8))
    let resources = (whole["entry"]?.items ?? []).compactMap { $0["resource"] }
    try self.init(resources.filter { $0["resourceType"]?.string == "Patient" } + resources)
  }

  static let bundles: [String] = {
    guard Reference.isPresent else { return [] }
    let folder = Reference.url("synthea/bundles")
    let files = FileManager.default.enumerator(atPath: folder.path)
    return (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".gz") }.sorted()
  }()

  /// 2026-11-21T10:00+08:00.
  static let now = Moment(milliseconds: 1_795_226_400_000)

  func page(
    _ section: RecordSection, language: Language = .chinese, isShown: Bool = false
  ) -> RecordPage {
    RecordPage(
      section, of: patient, record, now: Self.now, language: language, isShown: isShown)
  }

  func html(_ section: RecordSection, language: Language = .chinese) -> String {
    let request = PageRequest(
      path: section.path(of: patient.key.id), query: [("lang", language.rawValue)])
    return Template.record.render(page(section, language: language).values(), Frame(request))
  }
}
