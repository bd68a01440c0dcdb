import Canonicals
import FHIR
import RecordStore
import Spreadsheet
import Terminology

extension Site {
  /// How many refused lines are shown; all are counted.
  private static let linesShown = 50

  private func form(_ frame: Frame) -> Form {
    func text(_ key: String) -> String { Texts.text(key, frame.language) }
    let hierarchies = ListHierarchy.allCases.map {
      FormField.Option(value: $0.rawValue, text: text("termHierarchy\($0.rawValue)"))
    }
    return Form(
      action: "/terms/import", submit: text("termCheck"),
      [
        FormField("file", text("termFile"), .file, hint: text("termFileHint"), isRequired: true),
        FormField(
          "system", text("termSystemURL"), hint: text("termSystemHint"), isRequired: true),
        FormField("version", text("termEdition"), hint: text("termEditionHint"), isRequired: true),
        FormField("title", text("termTitle"), isRequired: true),
        FormField("effective", text("termEffective"), .day),
        FormField(
          "hierarchy", text("termHierarchy"), .choice(hierarchies),
          value: ListHierarchy.column.rawValue),
        FormField("publisher", text("termPublisher")),
        FormField("sheet", text("termSheet"), hint: text("termSheetHint")),
        FormField("code", text("termCodeColumn"), hint: text("termColumnHint")),
        FormField("display", text("termNameColumn"), hint: text("termColumnHint")),
      ], cancel: "/terms")
  }

  /// `/terms/import`: which file, of which code system, in force from when.
  func importForm(_ request: PageRequest, _ frame: Frame) -> PageReply {
    var form = form(frame)
    for place in form.fields.indices {
      form.fields[place].value = request[form.fields[place].name] ?? form.fields[place].value
    }
    return page(form, frame)
  }

  private func page(_ form: Form, _ frame: Frame) -> PageReply {
    .html(
      Template.termimport.render(["form": form.values], frame),
      status: form.isRefused ? 422 : 200)
  }

  /// Reads the file and shows what storing it would change.
  func importPreview(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    var form = form(frame)
    form.fill(from: request)
    let file = request.file("file")
    if let place = form.fields.firstIndex(where: { $0.name == "file" }), let file {
      form.fields[place].value = file.name
    }
    guard form.requireAnswers(frame.language), let file else { return page(form, frame) }
    do throws(Anomaly) {
      let list = try listImport(form)
      let sheet = form["sheet"].isEmpty ? nil : form["sheet"]
      let result = try list.read(try Sheet.read(file.bytes, sheet: sheet))
      return try await preview(list, result, file.name, frame)
    } catch {
      form.refuse(error, frame.language)
      return page(form, frame)
    }
  }

  private func listImport(_ form: Form) throws(Anomaly) -> ListImport {
    guard form["system"].contains(":"), !form["system"].contains(where: \.isWhitespace) else {
      throw .incorrect(
        "The address of a code system is an absolute URI, such as http://…",
        chinese: "代码系统的地址须为完整的 URI,如 http://…", code: .value, path: "system")
    }
    var list = ListImport(url: form["system"], version: form["version"])
    list.title = form["title"]
    list.publisher = form["publisher"].isEmpty ? nil : form["publisher"]
    list.hierarchy = ListHierarchy(rawValue: form["hierarchy"]) ?? .column
    if !form["effective"].isEmpty {
      guard let date = CodeListReader.date(form["effective"]) else {
        throw .incorrect(
          "'\(form["effective"])' is not a date", chinese: "“\(form["effective"])”不是日期",
          code: .value, path: "effective")
      }
      list.effective = date
    }
    if !form["code"].isEmpty { list.columns[.code] = form["code"] }
    if !form["display"].isEmpty { list.columns[.display] = form["display"] }
    return list
  }

  private func preview(
    _ list: ListImport, _ result: ListImport.Result, _ file: String, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    let editions = try await definitions.library(store).editions(ofCodeSystem: list.url)
    let previous = editions.isEmpty ? nil : edition(editions)
    let ticket = pending.keep(
      PendingEditions.Edition(list: list, result: result, uploaded: clock()))
    var values: [String: Any] = [
      "file": file, "ticket": ticket, "name": list.title ?? list.url, "url": list.url,
      "edition": list.version, "count": result.made.count,
      "columns": columns(result, frame), "refusedCount": result.refused.count,
      "isPartial": !result.refused.isEmpty, "again": again(list),
      "replaces": editions.contains { $0.version == list.version },
      "refused": result.refused.prefix(Self.linesShown).map { Self.row($0, frame) },
    ]
    if result.refused.count > Self.linesShown {
      values["moreRefused"] = Texts.text(
        "termFoundSome", frame.language, String(Self.linesShown), String(result.refused.count))
    }
    values["effective"] = list.effective
    if let previous {
      values["previous"] = previous.version ?? ""
      values["difference"] = DifferenceView.values(previous, result.made, frame)
    }
    return .html(Template.termpreview.render(values, frame))
  }

  /// A line that cannot be taken, with its place.
  private static func row(_ line: RefusedLine, _ frame: Frame) -> [String: Any] {
    let column = line.column.map(Sheet.columnName)
    let place =
      column.map { Texts.text("termLineColumn", frame.language, String(line.line), $0) }
      ?? Texts.text("termLine", frame.language, String(line.line))
    var row: [String: Any] = [
      "place": place, "reason": frame.language == .chinese ? line.chinese : line.message,
    ]
    row["suggestion"] = line.suggestion
    return row
  }

  /// Which column is what, as it was understood.
  private func columns(_ result: ListImport.Result, _ frame: Frame) -> [[String: Any]] {
    var columns: [(place: Int, meaning: String)] = result.columns.places.map {
      ($0.value, Texts.text("termMeaning\($0.key.rawValue)", frame.language))
    }
    columns += result.columns.properties.map {
      ($0.place, Texts.text("termMeaningproperty", frame.language))
    }
    return columns.sorted { $0.place < $1.place }.map { place, meaning in
      [
        "column": Sheet.columnName(place), "meaning": meaning,
        "heading": place < result.headings.count ? result.headings[place] : "",
      ]
    }
  }

  /// The form again, with what was typed.
  private func again(_ list: ListImport) -> String {
    let items = [
      ("system", list.url), ("version", list.version), ("title", list.title ?? ""),
      ("effective", list.effective ?? ""), ("hierarchy", list.hierarchy.rawValue),
      ("publisher", list.publisher ?? ""), ("code", list.columns[.code] ?? ""),
      ("display", list.columns[.display] ?? ""),
    ]
    return "/terms/import?"
      + items.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.urlEncoded)" }.joined(separator: "&")
  }

  /// Stores an edition that was looked at.
  func storeEdition(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let ticket = request["ticket"] ?? ""
    guard let edition = pending.edition(ticket, now: clock()) else {
      throw .gone(
        "The uploaded file waited too long or is stored already; upload it again",
        chinese: "上传的文件已过期或已保存,请重新上传")
    }
    let shelf = TermShelf(store: store, url: edition.list.url, now: clock())
    _ = try await shelf.put(edition.result.document, version: edition.list.version)
    try await definitions.follow(store)
    pending.discard(ticket)
    return .redirect(to: TermPath.system(edition.result.made))
  }
}
