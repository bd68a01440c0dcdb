package import FHIR
package import RecordStore

/// What happened in a life, as the population registry tells it: one `Provenance` each.
///
/// Its `occurredDateTime` is the day on which it took effect, `recorded` when it was registered,
/// `entity` the version before. <https://hl7.org/fhir/R4/provenance.html>
package struct LifeEvent: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case birth, death, arrival, departure, naming, sex, founding, heading

    package var chinese: String {
      switch self {
      case .birth: "出生"
      case .death: "死亡"
      case .arrival: "迁入"
      case .departure: "迁出"
      case .naming: "变更姓名"
      case .sex: "更正性别"
      case .founding: "立户"
      case .heading: "变更户主"
      }
    }

    var concept: JSON {
      [
        "coding": [
          [
            "system": .string(RegistrySystem.lifeEvent), "code": .string(rawValue),
            "display": .string(chinese),
          ]
        ], "text": .string(chinese),
      ]
    }
  }

  package let id: String
  package let kind: Kind
  package let day: CivilDay
  /// When it was registered, in milliseconds since 1970 UTC.
  package let recorded: Int64
  package let reason: String?
  package let who: String?
  /// The ids of the persons.
  package let persons: [String]
  /// The version of a resource before it, such as `Patient/7/_history/2`.
  package let before: [String]

  /// Nil where the Provenance tells no event of this registry.
  package init?(_ version: Version) throws(Anomaly) {
    let provenance = try JSON(parsing: version.body)
    let coding = provenance["activity"]?["coding"]?.items.first {
      $0["system"]?.string == RegistrySystem.lifeEvent
    }
    guard let kind = coding?["code"]?.string.flatMap(Kind.init(rawValue:)),
      let day = CivilDay(fhir: provenance["occurredDateTime"]?.string)
    else { return nil }
    id = version.key.id
    self.kind = kind
    self.day = day
    recorded =
      PartialDate(provenance["recorded"]?.string ?? "", as: .dateTime)?.start()
      ?? version.updated
    reason = provenance["reason"]?[0]?["text"]?.string
    who = provenance["agent"]?[0]?["who"]?["display"]?.string
    persons = (provenance["target"]?.items ?? []).compactMap { target in
      guard let text = target["reference"]?.string, text.hasPrefix("Patient/") else { return nil }
      return String(text.dropFirst("Patient/".count).prefix { $0 != "/" })
    }
    before = (provenance["entity"]?.items ?? []).compactMap {
      $0["what"]?["reference"]?.string
    }
  }
}

/// Who registers.
package struct Registrar: Hashable, Sendable {
  package var name: String
  /// Such as `Practitioner/7`, where the registrar is on record.
  package var reference: String?

  package init(name: String, reference: String? = nil) {
    self.name = name
    self.reference = reference
  }

  var who: JSON {
    var who: JSON = .object([:])
    who["reference"] = reference.map(JSON.string)
    who["display"] = .string(name)
    return who
  }
}

/// The writing of one event: everything that it changes, and its Provenance, in one transaction.
struct EventWriting: Sendable {
  let kind: LifeEvent.Kind
  let day: CivilDay
  /// Milliseconds since 1970 UTC.
  let now: Int64
  let reason: String?
  let registrar: Registrar
  private(set) var entries: [BundleEntry] = []
  private var targets: [String] = []
  private var before: [String] = []

  init(
    _ kind: LifeEvent.Kind, on day: CivilDay, now: Int64, because reason: String?,
    by registrar: Registrar
  ) {
    self.kind = kind
    self.day = day
    self.now = now
    self.reason = reason
    self.registrar = registrar
  }

  /// Changes a resource if it is still the version that was read.
  ///
  /// - Parameter isTarget: whether the event is about it, not only felt by it.
  mutating func update(
    _ resource: JSON, _ reference: String, version: Int, isTarget: Bool
  ) throws(Anomaly) {
    var resource = resource
    if var meta = resource["meta"] {
      meta["versionId"] = nil
      meta["lastUpdated"] = nil
      resource["meta"] = meta
      if meta.object?.members.isEmpty == true { resource["meta"] = nil }
    }
    entries.append(
      BundleEntry(
        .put, reference, resource: try JSONDocument.parse(resource.encoded()),
        ifMatch: "W/\"\(version)\""))
    before.append("\(reference)/_history/\(version)")
    if isTarget { targets.append(reference) }
  }

  /// Makes a resource; gives what others refer to it by.
  mutating func create(_ resource: JSON, isTarget: Bool) throws(Anomaly) -> String {
    let type = resource["resourceType"]?.string ?? ""
    let url = Self.temporary(entries.count + 1)
    entries.append(
      BundleEntry(
        .post, type, fullURL: url, resource: try JSONDocument.parse(resource.encoded())))
    if isTarget { targets.append(url) }
    return url
  }

  mutating func concerns(_ reference: String) { targets.append(reference) }

  /// The name of the entry at a place within the transaction.
  static func temporary(_ place: Int) -> String {
    let digits = String(place)
    let zeros = String(repeating: "0", count: max(0, 12 - digits.utf8.count))
    return "urn:uuid:00000000-0000-4000-8000-\(zeros)\(digits)"
  }

  /// All entries, the Provenance last.
  func bundle() throws(Anomaly) -> [BundleEntry] {
    var provenance: JSON = ["resourceType": "Provenance"]
    provenance["target"] = .array(targets.map { ["reference": .string($0)] })
    provenance["occurredDateTime"] = .string(day.text)
    provenance["recorded"] = .string(Instant(milliseconds: now).text)
    provenance["activity"] = kind.concept
    provenance["reason"] = reason.map { [["text": .string($0)]] }
    provenance["agent"] = [["who": registrar.who]]
    if !before.isEmpty {
      provenance["entity"] = .array(
        before.map { ["role": "revision", "what": ["reference": .string($0)]] })
    }
    return entries + [
      BundleEntry(.post, "Provenance", resource: try JSONDocument.parse(provenance.encoded()))
    ]
  }
}
