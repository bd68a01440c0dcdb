package import FHIR
import RecordStore

/// An institution as the registrar tells it, each answer as typed.
package struct InstitutionNotice: Sendable {
  package var name = ""
  package var creditCode = ""
  package var classCode = ""
  package var level = ""
  package var standing = ""
  package var licence = ""
  package var licenceStart = ""
  package var licenceEnd = ""
  package var address = ""
  package var area = ""
  package var phone = ""

  package init() {}
}

extension ResourceRegistry {
  /// Registers an institution, or what changed of it; gives its id.
  ///
  /// - Parameter seen: the version that the registrar saw; a change needs it.
  package func register(
    _ notice: InstitutionNotice, as id: String? = nil, seen: Int? = nil
  ) async throws(Anomaly) -> String {
    var tree: JSON = ["resourceType": "Organization", "active": true]
    if let id {
      _ = try await institution(id)
      guard let key = ResourceKey(reference: "Organization/\(id)"),
        let version = try await store.read(key)
      else { throw .notFound("There is no institution '\(id)'", chinese: "没有该机构") }
      tree = try JSON(parsing: version.body)
    }
    try fill(&tree, from: notice)
    if let code = notice.creditCode.isEmpty ? nil : try CreditCode(notice.creditCode) {
      let query = "identifier=\(RegistrySystem.creditCode)%7C\(code.text)"
      if let other = try await search("Organization", query).first(where: { $0.key.id != id }) {
        throw .incorrect(
          "The code is another institution's, \(try Institution(other).name)",
          chinese: "该代码已登记给“\(try Institution(other).name)”", code: .duplicate,
          path: "creditCode", status: 422)
      }
    }
    let document = try JSONDocument.parse(tree.encoded())
    guard let type = Schema.r4.type(named: "Organization") else {
      throw .fault("The schema has no Organization")
    }
    let write: Write =
      if let id {
        .update(ResourceKey(type: type, id: id), document, ifMatch: seen)
      } else if let code = notice.creditCode.isEmpty ? nil : try CreditCode(notice.creditCode) {
        // Two registrars at once make one institution.
        .create(
          type, document,
          ifNoneExist: "identifier=\(RegistrySystem.creditCode)%7C\(code.text)")
      } else {
        .create(type, document)
      }
    guard let key = try await store.write(write).version?.key else {
      throw .fault("No institution was made")
    }
    return key.id
  }

  private func fill(_ tree: inout JSON, from notice: InstitutionNotice) throws(Anomaly) {
    var findings = Findings()
    let name = findings.check("name") { () throws(Anomaly) in
      try PersonEntry.text(notice.name)
    }
    if case .some(.none) = name { findings.add("name", "The name is missing", "请填写机构名称") }
    let code = findings.check("creditCode") { () throws(Anomaly) -> CreditCode? in
      notice.creditCode.isEmpty ? nil : try CreditCode(notice.creditCode)
    }
    let kind = findings.check("classCode") { () throws(Anomaly) in
      try PersonEntry.code(notice.classCode, of: .institutionClass)
    }
    let level = findings.check("level") { () throws(Anomaly) -> String? in
      notice.level.isEmpty ? nil : try PersonEntry.code(notice.level, of: .level)
    }
    let standing = findings.check("standing") { () throws(Anomaly) in
      try PersonEntry.code(notice.standing, of: .standing)
    }
    let licence = findings.check("licence") { () throws(Anomaly) in
      try PersonEntry.text(notice.licence)
    }
    let start = day(notice.licenceStart, "licenceStart", &findings)
    let end = day(notice.licenceEnd, "licenceEnd", &findings)
    if let start, let end, end < start {
      findings.add("licenceEnd", "The licence ends before it begins", "有效期止早于有效期起")
    }
    let address = findings.check("address") { () throws(Anomaly) in
      try PersonEntry.text(notice.address)
    }
    let area = findings.check("area") { () throws(Anomaly) -> AreaCode? in
      notice.area.isEmpty ? nil : try AreaCode(notice.area)
    }
    try findings.report()
    tree["name"] = (name ?? nil).map(JSON.string)
    tree["active"] = .bool(standing == "0" || standing == "1")
    set(&tree, RegistrySystem.creditCode, (code ?? nil)?.text, period: nil)
    var period = JSONObject()
    period["start"] = start.map { .string($0.text) }
    period["end"] = end.map { .string($0.text) }
    set(
      &tree, RegistrySystem.practiceLicence, licence ?? nil,
      period: period.members.isEmpty ? nil : .object(period))
    var types = (tree["type"]?.items ?? []).filter {
      CodeList.institutionClass.code(in: $0) == nil && CodeList.level.code(in: $0) == nil
    }
    if let kind { types.append(CodeList.institutionClass.concept(kind)) }
    if let level = level ?? nil { types.append(CodeList.level.concept(level)) }
    tree["type"] = .array(types)
    let others = (tree["extension"]?.items ?? []).filter {
      $0["url"]?.string != CodeList.standing.system
    }
    tree["extension"] = .array(
      others + [
        [
          "url": .string(CodeList.standing.system),
          "valueCodeableConcept": CodeList.standing.concept(standing ?? "0"),
        ]
      ])
    place(&tree, address ?? nil, area ?? nil, phone: PersonEntry.plain(notice.phone))
  }

  private func day(
    _ typed: String, _ path: String, _ findings: inout Findings
  ) -> CivilDay? {
    guard !typed.isEmpty else { return nil }
    guard let day = CivilDay(typed: typed) else {
      findings.add(
        path, "'\(typed)' is no day of the calendar; write 2026-11-21",
        "“\(typed)”不是有效日期，请写作2026-11-21")
      return nil
    }
    return day
  }

  /// Sets the identifier of a system; another value becomes old.
  private func set(_ tree: inout JSON, _ system: String, _ value: String?, period: JSON?) {
    var items = (tree["identifier"]?.items ?? []).filter {
      $0["system"]?.string != system || $0["value"]?.string != value
    }
    items = items.map { item in
      guard item["system"]?.string == system else { return item }
      var item = item
      item["use"] = "old"
      return item
    }
    if let value {
      var item: JSON = [
        "use": "official", "system": .string(system), "value": .string(value),
      ]
      item["period"] = period
      items.insert(item, at: 0)
    }
    tree["identifier"] = items.isEmpty ? nil : .array(items)
  }

  private func place(
    _ tree: inout JSON, _ text: String?, _ area: AreaCode?, phone: String
  ) {
    if let text {
      var address = tree["address"]?[0] ?? .object([:])
      if ResidenceAddress(address) != ResidenceAddress(text: text, area: area?.padded) {
        address = ["use": "work", "type": "physical", "text": .string(text)]
        address["line"] = [.string(text)]
        address["_line"] = area.map {
          [
            [
              "extension": [
                ["url": .string(RegistrySystem.censusTract), "valueString": .string($0.padded)]
              ]
            ]
          ]
        }
      }
      tree["address"] = [address]
    }
    guard !phone.isEmpty else { return }
    tree["telecom"] = [["system": "phone", "value": .string(phone), "use": "work"]]
  }
}
