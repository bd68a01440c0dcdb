import FHIR
import Synchronization

/// The code systems and value sets of FHIR R4, HL7 v3 and HL7 v2, each made when first asked for.
///
/// Data/fhir-r4/codesystems.tsv and valuesets.tsv.
package final class StandardDefinitions: Sendable {
  package static let r4 = StandardDefinitions()

  private struct Kept {
    var codeSystems: [String: CodeSystem] = [:]
    var valueSets: [String: ValueSet] = [:]
  }

  /// Rows of tables that are linked in: they never change and live as long as the program.
  private nonisolated(unsafe) let systems: [String: [[EmbeddedTable.Field]]]
  private nonisolated(unsafe) let sets: [String: [[EmbeddedTable.Field]]]
  private let kept = Mutex(Kept())

  /// The version of what FHIR itself defines.
  private static let version = "4.0.1"

  private init() {
    systems = Self.rows("fhir-r4/codesystems.tsv", head: "S", columns: 5)
    sets = Self.rows("fhir-r4/valuesets.tsv", head: "V", columns: 5)
  }

  /// The rows below each heading, with it, by the canonical URL in the heading.
  private static func rows(_ table: StaticString, head: StaticString, columns: Int)
    -> [String: [[EmbeddedTable.Field]]]
  {
    var rows: [String: [[EmbeddedTable.Field]]] = [:]
    var url = ""
    EmbeddedTable(table).forEachRow(columns: columns) { row in
      if row[0].equals(head) { url = row[1].text }
      rows[url, default: []].append(row)
    }
    return rows
  }

  /// What there is.
  var codeSystemURLs: [String] { systems.keys.sorted() }
  var valueSetURLs: [String] { sets.keys.sorted() }

  func codeSystem(_ url: String) -> CodeSystem? {
    guard let rows = systems[url] else { return nil }
    if let known = kept.withLock({ $0.codeSystems[url] }) { return known }
    do throws(Anomaly) {
      let made = try Self.codeSystem(rows)
      kept.withLock { $0.codeSystems[url] = made }
      return made
    } catch {
      preconditionFailure("codesystems.tsv: \(error.message)")
    }
  }

  func valueSet(_ url: String) -> ValueSet? {
    guard let rows = sets[url] else { return nil }
    if let known = kept.withLock({ $0.valueSets[url] }) { return known }
    do throws(Anomaly) {
      let made = try ValueSet(Self.valueSet(rows))
      kept.withLock { $0.valueSets[url] = made }
      return made
    } catch {
      preconditionFailure("valuesets.tsv: \(error.message)")
    }
  }

  private static func codeSystem(_ rows: [[EmbeddedTable.Field]]) throws(Anomaly) -> CodeSystem {
    let head = rows[0]
    var about = CodeSystem.About(url: head[1].text)
    about.version = version
    about.status = "active"
    about.language = "en"
    about.content = CodeSystem.Content(rawValue: head[2].text) ?? .complete
    about.isCaseSensitive = !head[3].equals("any")
    about.title = head[4].text
    about.name = head[4].text
    var draft = CodeSystemDraft(about)
    for row in rows.dropFirst() {
      _ = try draft.add(code: row[1].text, display: row[2].text, definition: nil)
      if row[3].equals("a") {
        let value = PropertyValue(element: "valueBoolean", json: true)
        draft.add(ConceptProperty(code: "notSelectable", value: value))
      }
      for parent in row[4].words { draft.add(parent: parent.text) }
    }
    return try CodeSystem(draft)
  }

  private static func valueSet(_ rows: [[EmbeddedTable.Field]]) -> JSON {
    var lists: [String: [JSON]] = [:]
    for row in rows.dropFirst() {
      var selection: JSON = [:]
      if !row[1].isEmpty { selection["system"] = .string(row[1].text) }
      if !row[2].isEmpty { selection["valueSet"] = .array(row[2].words.map { .string($0.text) }) }
      if !row[3].isEmpty { selection["filter"] = .array(filters(row[3].text)) }
      let codes = row[4...].filter { !$0.isEmpty }
      if !codes.isEmpty {
        selection["concept"] = .array(codes.map { ["code": .string($0.text)] })
      }
      lists[row[0].equals("I") ? "include" : "exclude", default: []].append(selection)
    }
    var compose: JSON = [:]
    for name in ["include", "exclude"] {
      if let list = lists[name] { compose[name] = .array(list) }
    }
    return [
      "resourceType": "ValueSet", "url": .string(rows[0][1].text), "version": .string(version),
      "title": .string(rows[0][2].text), "status": "active", "compose": compose,
    ]
  }

  /// `property operation value`, parted by semicolons.
  private static func filters(_ text: String) -> [JSON] {
    text.split(separator: ";").map { part in
      let words = part.split(separator: " ", maxSplits: 2).map { JSON.string(String($0)) }
      return [
        "property": words.first ?? "", "op": words.count > 1 ? words[1] : "",
        "value": words.count > 2 ? words[2] : "",
      ]
    }
  }
}
