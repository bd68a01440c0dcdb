import FHIR

/// Images, reports and documents of a record.
struct Paper: Sendable {
  static let types = [
    "ImagingStudy", "DiagnosticReport", "DocumentReference", "Composition", "Media",
  ]

  let type: String
  let title: String
  let detail: String?
  let conclusion: String?
  let author: String?
  let moment: Moment?
  let link: String

  init?(_ item: Record.Item, in record: Record) {
    let root = item.root
    guard root.text("status") != "entered-in-error" else { return nil }
    type = item.type
    link = item.link
    switch item.type {
    case "ImagingStudy":
      let modality = CodeText.text(root.first("modality") ?? root.first("series", "modality"))
      let site = CodeText.text(root.first("series", "bodySite"))
      title =
        root.text("description") ?? [site, modality].compactMap { $0 }.joined(separator: " ")
      detail = [modality, site, root.text("numberOfInstances").map { "×\($0)" }]
        .compactMap { $0 }.joined(separator: " · ")
      conclusion = nil
      author = record.name(of: root.first("interpreter"))
      moment = Moment(root, "started")
    case "DiagnosticReport":
      title = CodeText.text(root.member("code")) ?? item.reference
      detail = CodeText.text(root.first("category"))
      conclusion = root.text("conclusion")
      author = record.name(of: root.first("performer"))
      moment = Moment(root, "effective", "issued")
    default:
      title =
        root.text("title") ?? root.text("description") ?? CodeText.text(root.member("type"))
        ?? root.text("content", "attachment", "title") ?? item.reference
      detail = root.text("content", "attachment", "contentType")
      conclusion = nil
      author = record.name(of: root.first("author") ?? root.first("operator"))
      moment = Moment(root, "date", "created", "issued")
    }
  }

  /// The papers of a record, the newest first.
  static func all(in record: Record) -> [Paper] {
    types.flatMap { record[$0] }.compactMap { Paper($0, in: record) }
      .sorted { ($0.moment?.milliseconds ?? .min) > ($1.moment?.milliseconds ?? .min) }
  }

  func values(_ language: Language) -> [String: Any] {
    var values: [String: Any] = [
      "title": title, "link": link, "kind": Texts.text("paper" + type, language),
    ]
    values["detail"] = detail.flatMap { $0.isEmpty ? nil : $0 }
    values["conclusion"] = conclusion
    values["author"] = author
    values["day"] = moment?.day
    return values
  }
}
