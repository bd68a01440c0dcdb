import FHIR
import RecordStore
import Terminology

extension Site {
  /// How many matches of a search are listed.
  private static let matchesListed = 100

  /// `/terms`: a code or a name found across systems, and everything there is.
  func terms(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    let wanted = (request["term"] ?? "").trimmedEnds
    let withStandard = request["all"] != nil
    let systems = library.storedCodeSystems
    var values: [String: Any] = ["term": wanted, "withStandard": withStandard]
    if !wanted.isEmpty { values["search"] = search(wanted, library, withStandard, frame) }
    values["systems"] = systems.map { row($0, frame) }
    values["hasSystems"] = !systems.isEmpty
    values["sets"] = library.storedValueSets.map {
      [
        "link": TermPath.set($0), "name": $0.title, "url": $0.url ?? "",
        "edition": $0.version ?? "",
      ]
    }
    values["hasSets"] = !library.storedValueSets.isEmpty
    let maps = try await storedMaps()
    values["maps"] = maps.map { $0.row(library) }
    values["hasMaps"] = !maps.isEmpty
    values["standardSystems"] = library.standardCodeSystemURLs.map {
      ["link": "/terms/system?url=\($0.urlEncoded)", "name": $0]
    }
    values["standardSets"] = library.standardValueSetURLs.map {
      ["link": "/terms/set?url=\($0.urlEncoded)", "name": $0]
    }
    values["standardCount"] =
      library.standardCodeSystemURLs.count + library.standardValueSetURLs.count
    return .html(Template.terms.render(values, frame))
  }

  private func search(
    _ wanted: String, _ library: Library, _ withStandard: Bool, _ frame: Frame
  ) -> [String: Any] {
    var systems = library.storedCodeSystems.map { edition($0) }
    if withStandard {
      systems += library.standardCodeSystemURLs.compactMap { library.codeSystem($0) }
    }
    let (found, total) = TermFinder(wanted).find(in: systems, limit: Self.matchesListed)
    var values: [String: Any] = [
      "isEmpty": found.isEmpty,
      "rows": found.map { match in
        var row = Self.row(match.system, match.place)
        row["system"] = match.system.title
        return row
      },
    ]
    values["count"] =
      total > found.count
      ? Texts.text("termFoundSome", frame.language, String(found.count), String(total))
      : Texts.text("termFoundAll", frame.language, String(total))
    return values
  }

  /// The edition in use: the newest whose time has come, else the newest.
  func edition(_ editions: [CodeSystem]) -> CodeSystem {
    let today = String(Instant(milliseconds: clock()).text.prefix(10))
    return editions.first { $0.about.effective.contains(today) } ?? editions[0]
  }

  private func row(_ editions: [CodeSystem], _ frame: Frame) -> [String: Any] {
    let system = edition(editions)
    var values: [String: Any] = [
      "link": TermPath.system(system), "name": system.title, "url": system.url,
      "edition": system.version ?? "", "count": system.count,
      "isPartial": system.about.content == .fragment,
    ]
    values["effective"] = Self.period(system.about.effective, frame)
    if editions.count > 1 {
      values["others"] = Texts.text("termEditions", frame.language, String(editions.count))
    }
    return values
  }
}

extension Frame {
  /// What went wrong, in the reader's language.
  func words(_ anomaly: Anomaly) -> String {
    language == .chinese ? anomaly.chinese ?? anomaly.message : anomaly.message
  }
}
