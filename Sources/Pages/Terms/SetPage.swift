import FHIR
import Terminology

extension Site {
  /// `/terms/set`: a value set and its codes, a page at a time, never in part without a word.
  func valueSet(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    let url = request["url"] ?? ""
    guard let set = library.valueSet(url, version: request["version"]) else {
      throw .notFound(
        "The value set \(url.prefix(200)) is not known here",
        chinese: "没有值集 \(url.prefix(200))")
    }
    let filter = (request["filter"] ?? "").trimmedEnds
    var values: [String: Any] = [
      "name": set.title, "url": set.url ?? "", "edition": set.version ?? "", "filter": filter,
    ]
    do throws(Anomaly) {
      let expansion = try expansion(of: set, filter, request, frame, library)
      values.merge(expansion) { _, new in new }
    } catch {
      values["refusal"] = frame.words(error)
    }
    return .html(Template.termset.render(values, frame))
  }

  private func expansion(
    of set: ValueSet, _ filter: String, _ request: PageRequest, _ frame: Frame, _ library: Library
  ) throws(Anomaly) -> [String: Any] {
    var options = ExpansionOptions()
    options.filter = filter.isEmpty ? nil : filter
    options.offset = max(0, request["from"].flatMap { Int($0) } ?? 0)
    options.count = ListPage.size
    options.timestamp = Instant(milliseconds: clock()).text
    var inquiry = Inquiry(library)
    inquiry.speaksChinese = frame.language == .chinese
    let expansion = try Expansion(set, inquiry, options).resource()["expansion"] ?? .null
    let total = expansion["total"].flatMap { Int($0.text) } ?? 0
    let page = ListPage(request, total: total)
    let codes = expansion["contains"]?.items ?? []
    let filterItem = filter.isEmpty ? "" : "&filter=\(filter.urlEncoded)"
    var values: [String: Any] = [
      "total": total, "isEmpty": codes.isEmpty, "codes": codes.map { row($0, library) },
      "pages": page.values(TermPath.set(set) + filterItem, frame),
    ]
    let fragments = (expansion["parameter"]?.items ?? [])
      .filter { $0["name"]?.string == "used-fragment" }.compactMap { $0["valueUri"]?.string }
    if !fragments.isEmpty {
      values["partial"] = Texts.text(
        "termFromFragment", frame.language, fragments.joined(separator: ", "))
    }
    return values
  }

  private func row(_ code: JSON, _ library: Library) -> [String: Any] {
    let (url, text) = (code["system"]?.string ?? "", code["code"]?.string ?? "")
    var row: [String: Any] = [
      "code": text, "name": code["display"]?.string ?? "", "system": url,
      "isInactive": code["inactive"]?.bool ?? false,
    ]
    if let system = library.codeSystem(url) {
      row["system"] = system.title
      if let place = system.place(of: text) { row["link"] = TermPath.code(system, place) }
    }
    return row
  }
}
