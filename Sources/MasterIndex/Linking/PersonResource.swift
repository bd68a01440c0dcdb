import FHIR

/// One link of a Person: to a record, or to the Person of which this one is a part.
struct PersonLink: Sendable {
  /// `Patient/…` or `Person/…`.
  var target: String
  /// Nil where the Person only goes on where another is full.
  var decision: LinkDecision?

  /// The id in a reference to a Patient.
  static func patient(_ reference: String) -> String? { id("Patient/", reference) }

  /// The id in a reference to a Person.
  static func person(_ reference: String) -> String? { id("Person/", reference) }

  private static func id(_ type: String, _ reference: String) -> String? {
    reference.hasPrefix(type) ? String(reference.dropFirst(type.count)) : nil
  }

  /// How sure it is. <https://hl7.org/fhir/R4/valueset-identity-assuranceLevel.html>
  private var assurance: String {
    guard let decision else { return "level4" }
    return decision.method == .person ? "level4" : "level3"
  }

  var json: JSON {
    var json: JSON = ["target": ["reference": .string(target)], "assurance": .string(assurance)]
    if let decision { json["extension"] = [decision.json] }
    return json
  }
}

/// A Person that the index has made. <https://hl7.org/fhir/R4/person.html>
///
/// What else others may have put into it stays as it is.
struct PersonResource: Sendable {
  private(set) var json: JSON

  /// A Person that links nothing yet.
  init() {
    json = [
      "resourceType": "Person", "meta": ["tag": [IndexMark.person]], "active": true, "link": [],
    ]
  }

  /// Reads a stored one; nil when the index has not made it.
  init?(_ json: JSON) {
    guard json["resourceType"] == "Person", IndexMark.person.isTag(of: json) else { return nil }
    self.json = json
  }

  mutating func add(_ link: PersonLink) {
    json["link"] = .array((json["link"]?.items ?? []) + [link.json])
  }

  /// Takes the link to a target away and gives its decision.
  @discardableResult
  mutating func remove(_ target: String) -> JSON? {
    var links = json["link"]?.items ?? []
    guard let place = links.firstIndex(where: { Self.target(of: $0) == target }) else { return nil }
    let link = links.remove(at: place)
    json["link"] = links.isEmpty ? nil : .array(links)
    return link
  }

  /// Puts a link back as it was.
  mutating func add(_ link: JSON) { json["link"] = .array((json["link"]?.items ?? []) + [link]) }

  private static func target(of link: JSON) -> String { link["target"]?["reference"]?.string ?? "" }

  /// Every link with its decision.
  var links: [PersonLink] {
    (json["link"]?.items ?? []).map {
      PersonLink(target: Self.target(of: $0), decision: LinkDecision($0))
    }
  }

  /// What the index keeps in memory of it.
  var master: MasterPerson {
    var master = MasterPerson(patients: [], whole: nil)
    for link in json["link"]?.items ?? [] {
      let target = Self.target(of: link)
      if let patient = PersonLink.patient(target) {
        master.patients.append(patient)
      } else if let person = PersonLink.person(target) {
        master.whole = person
        master.isContinuation = LinkDecision(link) == nil
      }
    }
    return master
  }
}
