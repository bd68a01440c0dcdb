import FHIR
import RecordStore

extension Site {
  /// How many versions a resource's page lists.
  static let versionsListed = 50

  /// `/fhir/Type/id` and `/fhir/Type/id/_history/n`: one version, its source, the others, their
  /// difference.
  ///
  /// `?compare=n` shows what changed from version n to the one shown.
  func resource(
    _ key: ResourceKey, version number: Int?, _ request: PageRequest, _ frame: Frame
  ) async throws(Anomaly) -> PageReply {
    let found: Version?
    if let number {
      found = try await store.read(key, version: number)
    } else {
      found = try await store.read(key)
    }
    guard let version = found else {
      throw .notFound("\(key) does not exist", chinese: "\(key) 不存在")
    }
    let history = try await store.history(
      .resource(key), HistoryWindow(count: Self.versionsListed))
    var values = try describe(version)
    values["type"] = Schema.r4.name(of: key.type)
    values["id"] = key.id
    values["record"] = try record(of: version).map { "/\($0)" }
    values["versions"] = history.versions.map { other in
      [
        "number": other.version, "updated": Instant(milliseconds: other.updated).text,
        "method": Texts.text("method\(other.method)", frame.language),
        "isShown": other.version == version.version, "isDeleted": other.isDeleted,
        "link": "/fhir/\(key)/_history/\(other.version)",
        "compare": "/fhir/\(key)/_history/\(version.version)?compare=\(other.version)",
      ] as [String: Any]
    }
    values["hasSeveral"] = history.versions.count > 1
    if let compared = request["compare"] {
      values["difference"] = try await difference(to: version, from: compared)
    }
    return .html(Template.resource.render(values, frame), status: version.isDeleted ? 410 : 200)
  }

  private func describe(_ version: Version) throws(Anomaly) -> [String: Any] {
    var values: [String: Any] = [
      "version": version.version, "updated": Instant(milliseconds: version.updated).text,
      "isDeleted": version.isDeleted,
    ]
    guard !version.isDeleted else { return values }
    let document = try JSONDocument.parse(version.body)
    values["rows"] = ElementRow.rows(of: document).map(\.values)
    values["source"] = withExtendedLifetime(document) { JSON(document.root).pretty() }
    return values
  }

  /// The person whose record the resource is in, for a link back to it.
  private func record(of version: Version) throws(Anomaly) -> ResourceKey? {
    guard !version.isDeleted else { return nil }
    if Schema.r4.name(of: version.key.type) == "Patient" { return version.key }
    let body = try JSON(parsing: version.body)
    for name in ["subject", "patient", "beneficiary"] {
      guard let text = body[name]?["reference"]?.string,
        let key = ResourceKey(reference: text), Schema.r4.name(of: key.type) == "Patient"
      else { continue }
      return key
    }
    return nil
  }

  private func difference(to version: Version, from text: String) async throws(Anomaly)
    -> [String: Any]
  {
    guard let number = Int(text), number > 0 else {
      throw .incorrect(
        "'compare' must be a version's number, not '\(text)'", chinese: "compare 须为版本号,而非“\(text)”",
        code: .value, path: "compare")
    }
    guard let other = try await store.read(version.key, version: number) else {
      throw .notFound(
        "\(version.key) has no version \(number)", chinese: "\(version.key) 没有第 \(number) 版")
    }
    let before = other.isDeleted ? .null : try JSON(parsing: other.body)
    let after = version.isDeleted ? .null : try JSON(parsing: version.body)
    let lines = Difference(from: before, to: after).lines.map { line in
      var values: [String: Any] = ["path": line.path]
      values["before"] = line.before
      values["after"] = line.after
      return values
    }
    return ["from": number, "to": version.version, "lines": lines, "isSame": lines.isEmpty]
  }
}
