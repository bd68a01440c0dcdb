import FHIR
import Terminology

extension Site {
  /// The code system that a request names, in the version it names or the one in use.
  func askedSystem(_ request: PageRequest, _ library: Library) throws(Anomaly) -> CodeSystem {
    let url = request["url"] ?? ""
    let editions = library.editions(ofCodeSystem: url)
    guard !editions.isEmpty else {
      throw .notFound(
        "The code system \(url.prefix(200)) is not known here",
        chinese: "没有代码系统 \(url.prefix(200))")
    }
    guard let version = request["version"] else { return edition(editions) }
    guard let system = editions.first(where: { $0.version == version }) else {
      throw .notFound(
        "\(url.prefix(200)) has no edition \(version.prefix(80))",
        chinese: "\(url.prefix(200)) 没有版本 \(version.prefix(80))")
    }
    return system
  }

  /// `/terms/system`: a code system, its editions and its uppermost codes.
  func codeSystem(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    let system = try askedSystem(request, library)
    let editions = library.editions(ofCodeSystem: system.url)
    let roots = system.roots
    let page = ListPage(request, total: roots.count)
    var values: [String: Any] = [
      "name": system.title, "url": system.url, "edition": system.version ?? "",
      "count": system.count, "isPartial": system.about.content == .fragment,
      "isNotPresent": system.about.content == .notPresent,
      "codes": roots[page.range].map { Self.row(system, $0) },
      "isStored": !library.standardCodeSystemURLs.contains(system.url),
      "importLink": "/terms/import?system=\(system.url.urlEncoded)",
      "mapLink": "/terms/map/new?source=\(system.url.urlEncoded)",
      "pages": page.values(TermPath.system(system), frame),
    ]
    values["effective"] = Self.period(system.about.effective, frame)
    let current = edition(editions)
    values["editions"] = editions.enumerated().map { index, other in
      var row: [String: Any] = [
        "link": TermPath.system(other), "edition": other.version ?? "", "count": other.count,
        "isShown": other === system, "isPartial": other.about.content == .fragment,
        "isInUse": other === current,
      ]
      row["effective"] = Self.period(other.about.effective, frame)
      if index + 1 < editions.count {
        row["difference"] = Self.differenceLink(editions[index + 1], other)
      }
      return row
    }
    values["hasSeveral"] = editions.count > 1
    return .html(Template.termsystem.render(values, frame))
  }

  /// A concept in a list.
  static func row(_ system: CodeSystem, _ place: Int) -> [String: Any] {
    var row: [String: Any] = [
      "link": TermPath.code(system, place), "code": system.code(place),
      "name": system.display(place) ?? "", "isInactive": system.isInactive(place),
    ]
    let below = system.hierarchy.children(of: place).count
    if below > 0 { row["below"] = below }
    return row
  }

  static func period(_ period: EffectivePeriod, _ frame: Frame) -> String? {
    switch (period.start, period.end) {
    case (let start?, let end?): "\(start) – \(end)"
    case (let start?, nil): Texts.text("termFrom", frame.language, start)
    case (nil, let end?): Texts.text("termUntil", frame.language, end)
    case (nil, nil): nil
    }
  }

  private static func differenceLink(_ old: CodeSystem, _ new: CodeSystem) -> String {
    "/terms/difference?url=\(new.url.urlEncoded)&before=\((old.version ?? "").urlEncoded)"
      + "&version=\((new.version ?? "").urlEncoded)"
  }

  /// `/terms/difference`: what changed between two editions.
  func editionDifference(_ request: PageRequest, _ frame: Frame) async throws(Anomaly)
    -> PageReply
  {
    let library = try await definitions.library(store)
    let new = try askedSystem(request, library)
    let before = request["before"] ?? ""
    let editions = library.editions(ofCodeSystem: new.url)
    guard let old = editions.first(where: { ($0.version ?? "") == before }) else {
      throw .notFound(
        "\(new.url) has no edition \(before.prefix(80))",
        chinese: "\(new.url) 没有版本 \(before.prefix(80))")
    }
    let values: [String: Any] = [
      "name": new.title, "link": TermPath.system(new), "from": old.version ?? "",
      "edition": new.version ?? "", "difference": DifferenceView.values(old, new, frame),
    ]
    return .html(Template.termdifference.render(values, frame))
  }
}

/// What is different between two editions, kind by kind.
enum DifferenceView {
  /// So many changes of one kind are listed; all are counted.
  static let changesListed = 200

  static func values(_ old: CodeSystem, _ new: CodeSystem, _ frame: Frame) -> [String: Any] {
    let difference = EditionDifference(from: old, to: new)
    let kinds = EditionDifference.Kind.allCases.compactMap { kind -> [String: Any]? in
      let changes = difference.changes.filter { $0.kind == kind }
      guard !changes.isEmpty else { return nil }
      var values: [String: Any] = [
        "title": Texts.text("term\(kind)", frame.language), "kind": kind.rawValue,
        "count": changes.count,
        "changes": changes.prefix(changesListed).map { row($0, new) },
      ]
      if changes.count > changesListed {
        values["more"] = Texts.text(
          "termFoundSome", frame.language, String(changesListed), String(changes.count))
      }
      return values
    }
    return ["kinds": kinds, "isSame": kinds.isEmpty]
  }

  private static func row(_ change: EditionDifference.Change, _ new: CodeSystem)
    -> [String: Any]
  {
    var row: [String: Any] = [
      "code": change.code, "before": change.before, "after": change.after,
    ]
    // Where codes stand before and after, they do not tell what it is.
    if [.moved, .recoded].contains(change.kind) {
      row["name"] = new.place(of: change.code).flatMap { new.display($0) }
    }
    return row
  }
}
