import FHIR
import RecordStore
import Terminology

extension Site {
  /// So many codes are mapped at a time, each with so many candidates.
  static let rowsOfWork = 20
  static let candidatesShown = 5

  // MARK: A new map

  private func newMapForm(_ library: Library, _ frame: Frame) -> Form {
    func text(_ key: String) -> String { Texts.text(key, frame.language) }
    let systems = library.storedCodeSystems.map {
      FormField.Option(value: $0[0].url, text: $0[0].title)
    }
    return Form(
      action: "/terms/map/new", submit: text("termMapBegin"),
      [
        FormField("source", text("termMapSource"), .choice(systems), isRequired: true),
        FormField("target", text("termMapTarget"), .choice(systems), isRequired: true),
        FormField("title", text("termTitle"), isRequired: true),
      ], cancel: "/terms")
  }

  /// `/terms/map/new`: which codes are to be mapped to which.
  func newMap(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    var form = newMapForm(try await definitions.library(store), frame)
    for place in form.fields.indices {
      form.fields[place].value = request[form.fields[place].name] ?? ""
    }
    return .html(Template.termmapnew.render(["form": form.values], frame))
  }

  func makeMap(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    var form = newMapForm(library, frame)
    form.fill(from: request)
    guard form.requireAnswers(frame.language) else {
      return .html(Template.termmapnew.render(["form": form.values], frame), status: 422)
    }
    let url = "\(form["source"])/mapping/\(clock())"
    let map = StoredMap.make(
      title: form["title"], source: form["source"], target: form["target"], url: url)
    let outcome = try await store.write(
      .create(try mapType(), try JSONDocument.parse(map.encoded())))
    guard let version = outcome.version else { throw .fault("The map has no version") }
    try await definitions.follow(store)
    return .redirect(to: "/terms/map/\(version.key.id)")
  }

  // MARK: The work

  /// `/terms/map/id`: the codes that are mapped, or those that are not, with candidates.
  func conceptMap(_ id: String, _ request: PageRequest, _ frame: Frame) async throws(Anomaly)
    -> PageReply
  {
    try await work(try await storedMap(id), request, frame)
  }

  private func work(
    _ map: StoredMap, _ request: PageRequest, _ frame: Frame, problem: String? = nil
  ) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    let showsMapped = request["show"] == "mapped"
    let source = library.editions(ofCodeSystem: map.source)
    let target = library.editions(ofCodeSystem: map.target)
    var values = map.row(library)
    values["showsMapped"] = showsMapped
    values["version"] = map.version
    values["problem"] = problem
    values["from"] = request["from"] ?? "0"
    if showsMapped {
      let page = ListPage(request, total: map.elements.count)
      values["mapped"] = map.elements[page.range].map { Self.mapped($0, frame) }
      values["isEmpty"] = map.elements.isEmpty
      values["pages"] = page.values("\(map.link)?show=mapped", frame)
    } else if !source.isEmpty, !target.isEmpty {
      let (from, to) = (edition(source), edition(target))
      let done = Set(map.elements.compactMap { $0["code"]?.string })
      let open = (0..<from.count).filter {
        !from.isInactive($0) && !from.isAbstract($0) && !done.contains(from.code($0))
      }
      let start = min(max(request["from"].flatMap { Int($0) } ?? 0, 0), open.count)
      let chosen = Array(open[start...].prefix(Self.rowsOfWork))
      values["open"] = open.count
      values["isDone"] = open.isEmpty
      values["rows"] = rows(chosen, from, to, frame)
      if start + Self.rowsOfWork < open.count {
        values["later"] = "\(map.link)?from=\(start + Self.rowsOfWork)"
      }
      if start > 0 { values["earlier"] = "\(map.link)?from=\(max(0, start - Self.rowsOfWork))" }
    } else {
      values["isUnknown"] = true
    }
    return .html(Template.termmap.render(values, frame), status: problem == nil ? 200 : 409)
  }

  private static func mapped(_ element: JSON, _ frame: Frame) -> [String: Any] {
    let target = element["target"]?[0]
    let equivalence = target?["equivalence"]?.string ?? "relatedto"
    return [
      "code": element["code"]?.string ?? "", "name": element["display"]?.string ?? "",
      "target": target?["code"]?.string ?? "", "targetName": target?["display"]?.string ?? "",
      "equivalence": Texts.text("termEquivalence\(equivalence)", frame.language),
    ]
  }

  private func rows(_ places: [Int], _ from: CodeSystem, _ to: CodeSystem, _ frame: Frame)
    -> [[String: Any]]
  {
    let names = places.map { from.display($0) ?? "" }
    let candidates = Candidates.find(names, in: to, limit: Self.candidatesShown)
    let offered: [Equivalence] = [.equivalent, .wider, .narrower, .relatedto]
    return places.enumerated().map { index, place in
      [
        "number": index, "code": from.code(place), "name": names[index],
        "link": TermPath.code(from, place),
        "candidates": candidates[index].map { candidate in
          [
            "number": index, "code": to.code(candidate.place),
            "name": to.display(candidate.place) ?? "",
            "likeness": Int((candidate.likeness * 100).rounded()),
          ] as [String: Any]
        },
        "equivalences": offered.map {
          [
            "value": $0.rawValue,
            "text": Texts.text("termEquivalence\($0.rawValue)", frame.language),
          ]
        },
      ]
    }
  }

  /// Keeps what was chosen, one choice for each row, in the version that was looked at.
  func mapCodes(_ id: String, _ request: PageRequest, _ frame: Frame) async throws(Anomaly)
    -> PageReply
  {
    var map = try await storedMap(id)
    let seen = request["version"].flatMap { Int($0) }
    let library = try await definitions.library(store)
    let back = request["show"] == "mapped" ? "show=mapped" : "from=\(request["from"] ?? "0")"
    do throws(Anomaly) {
      if let removed = request["remove"] {
        map.remove(removed)
      } else {
        try take(request, library, &map)
      }
      _ = try await store.write(.update(map.key, try map.document(), ifMatch: seen ?? map.version))
    } catch {
      guard [.conflict, .incorrect].contains(error.category) else { throw error }
      return try await work(try await storedMap(id), request, frame, problem: frame.words(error))
    }
    try await definitions.follow(store)
    return .redirect(to: "\(map.link)?\(back)")
  }

  private func take(
    _ request: PageRequest, _ library: Library, _ map: inout StoredMap
  ) throws(Anomaly) {
    let sources = library.editions(ofCodeSystem: map.source)
    let targets = library.editions(ofCodeSystem: map.target)
    guard !sources.isEmpty, !targets.isEmpty else {
      throw .incorrect("A code system of the map is not stored", chinese: "映射的代码系统未存储")
    }
    let (from, to) = (edition(sources), edition(targets))
    for number in 0..<Self.rowsOfWork {
      guard let code = request["code.\(number)"], let place = from.place(of: code) else { continue }
      let typed = (request["other.\(number)"] ?? "").trimmedEnds
      let pick = typed.isEmpty ? request["pick.\(number)"] ?? "" : "=" + typed
      let display = from.display(place) ?? ""
      if pick == "none" {
        map.put(code, display, nil, .unmatched)
      } else if pick.hasPrefix("=") {
        let wanted = String(pick.dropFirst())
        guard let found = to.place(of: wanted) else {
          throw .incorrect(
            "\(code): the target has no code \(wanted.prefix(80))",
            chinese: "\(code):目标代码系统没有编码 \(wanted.prefix(80))", code: .codeInvalid)
        }
        let equivalence = request["equivalence.\(number)"].flatMap(Equivalence.init(rawValue:))
        map.put(
          code, display, (to.code(found), to.display(found) ?? ""), equivalence ?? .equivalent)
      }
    }
  }
}
