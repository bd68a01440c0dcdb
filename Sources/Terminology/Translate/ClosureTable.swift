package import FHIR

/// A closure table: the codes that a client uses, and which of them lie above which.
///
/// It grows with every code that the client meets, and the client is told only what is new.
/// <https://hl7.org/fhir/R4/terminology-service.html#closure>
package struct ClosureTable: Sendable {
  private struct Entry: Sendable {
    var system: String
    var code: String
    /// The version of the table by which it came.
    var since: Int
  }

  package let name: String
  /// Counted up by every call that adds codes.
  package private(set) var version: Int
  private var entries: [Entry] = []

  /// The most codes that a table may have.
  private static let codeLimit = 20_000
  /// By what the stored form is known.
  private static let canonical = "http://hl7.org/fhir/OperationDefinition/ConceptMap-closure"
  private static let codeElement = "\(canonical)#code"

  package init(name: String) {
    self.name = name
    version = 0
  }

  // MARK: Codes

  /// Adds codes; those that are there already change nothing.
  package mutating func add(_ codings: [AskedCoding], _ library: Library) throws(Anomaly) {
    var known = Set(entries.map { [$0.system, $0.code] })
    var added: [Entry] = []
    for coding in codings {
      guard let url = coding.system, let system = library.codeSystem(url) else {
        let finding = Finding.unknownSystem(coding.system ?? "")
        throw .incorrect(finding.text, chinese: finding.chinese, code: .notFound)
      }
      guard let place = system.place(of: coding.code) else {
        let finding = Finding.unknownCode(coding.code, system)
        throw .incorrect(finding.text, chinese: finding.chinese, code: .codeInvalid)
      }
      let code = system.code(place)
      if known.insert([url, code]).inserted {
        added.append(Entry(system: url, code: code, since: version + 1))
      }
    }
    guard !added.isEmpty else { return }
    guard entries.count + added.count <= Self.codeLimit else {
      throw .incorrect(
        "A closure table has at most \(Self.codeLimit) codes",
        chinese: "闭包表最多 \(Self.codeLimit) 个代码", code: .tooCostly)
    }
    version += 1
    entries += added
  }

  /// The map of what became known behind a version: each code, and the codes above it.
  package func map(since: Int, _ library: Library, date: String, id: String) -> JSON {
    var groups: [JSON] = []
    for system in Set(entries.map(\.system)).sorted() {
      guard let edition = library.codeSystem(system) else { continue }
      let elements = elements(edition, since)
      guard !elements.isEmpty else { continue }
      groups.append([
        "source": .string(system), "target": .string(system), "element": .array(elements),
      ])
    }
    var map: JSON = [
      "resourceType": "ConceptMap", "id": .string(id), "version": .string(String(version)),
      "name": "Updates for Closure Table \(name)", "status": "active", "experimental": true,
      "date": .string(date),
    ]
    if !groups.isEmpty { map["group"] = .array(groups) }
    return map
  }

  private func elements(_ edition: CodeSystem, _ since: Int) -> [JSON] {
    var sinceByPlace: [Int: Int] = [:]
    for entry in entries where entry.system == edition.url {
      if let place = edition.place(of: entry.code) { sinceByPlace[place] = entry.since }
    }
    return sinceByPlace.keys.sorted().compactMap { place in
      let isNew = (sinceByPlace[place] ?? 0) > since
      let above = edition.hierarchy.above(place).dropFirst().filter { other in
        sinceByPlace[Int(other)].map { isNew || $0 > since } ?? false
      }
      guard !above.isEmpty else { return nil }
      let targets: [JSON] = above.map {
        ["code": .string(edition.code(Int($0))), "equivalence": "subsumes"]
      }
      return ["code": .string(edition.code(place)), "target": .array(targets)]
    }
  }

  // MARK: As a resource

  /// Reads the stored form.
  package init(_ resource: JSON) {
    name = resource["identifier"]?[0]?["value"]?.string ?? ""
    version = 0
    for item in resource["extension"]?.items ?? [] {
      guard let coding = item["valueCoding"], let system = coding["system"]?.string,
        let code = coding["code"]?.string, let since = Int(coding["version"]?.string ?? "")
      else { continue }
      entries.append(Entry(system: system, code: code, since: since))
      version = max(version, since)
    }
  }

  /// The stored form: a `Basic` with an extension for each code.
  package func resource(id: String) -> JSON {
    var resource: JSON = [
      "resourceType": "Basic", "id": .string(id), "identifier": [["value": .string(name)]],
      "code": ["coding": [["system": .string(Self.canonical), "code": "closure"]]],
    ]
    let codes: [JSON] = entries.map { entry in
      [
        "url": .string(Self.codeElement),
        "valueCoding": [
          "system": .string(entry.system), "version": .string(String(entry.since)),
          "code": .string(entry.code),
        ],
      ]
    }
    if !codes.isEmpty { resource["extension"] = .array(codes) }
    return resource
  }

  /// The id under which a table of a name is stored: its bytes in hexadecimal.
  package static func id(_ name: String) throws(Anomaly) -> String {
    let digits = name.utf8.map { byte in
      let text = String(byte, radix: 16)
      return text.utf8.count == 1 ? "0" + text : text
    }.joined()
    let id = "closure-" + digits
    guard !name.isEmpty, id.utf8.count <= idLimit else {
      throw .incorrect(
        "The name of a closure table has 1 to \((idLimit - 8) / 2) bytes",
        chinese: "闭包表的名称须为 1 至 \((idLimit - 8) / 2) 字节", code: .value, path: "name")
    }
    return id
  }

  /// <https://hl7.org/fhir/R4/datatypes.html#id>
  private static let idLimit = 64
}
