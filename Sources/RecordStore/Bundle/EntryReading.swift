package import FHIR

/// How the entries of a bundle are read.
package struct EntryReading: Sendable {
  package var makeID: @Sendable () -> String
  package var readPatch: @Sendable (JSONDocument) throws(Anomaly) -> ResourcePatch

  package init(
    makeID: @escaping @Sendable () -> String,
    readPatch: @escaping @Sendable (JSONDocument) throws(Anomaly) -> ResourcePatch
  ) {
    self.makeID = makeID
    self.readPatch = readPatch
  }

  /// The step that an entry asks for. <https://hl7.org/fhir/R4/bundle.html#request>
  package func step<Payload>(_ entry: BundleEntry, _: Payload.Type) throws(Anomaly)
    -> Step<Payload>
  {
    let (place, query) = Self.split(entry.url)
    let parts = place.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard let name = parts.first, let type = Schema.r4.type(named: name),
      Schema.r4.isConcreteResource(type)
    else {
      throw .incorrect(
        "request.url '\(entry.url)' does not begin with a resource type",
        chinese: "request.url 未以资源类型开头", code: .notSupported)
    }
    var step: Step<Payload>
    if parts.count == 1 {
      step = try typeStep(entry, type, query)
    } else {
      guard ResourceKey.isID(parts[1]), query == nil || entry.verb == .get else {
        throw .unsupported(
          "request.url '\(entry.url)' is no interaction of a transaction",
          chinese: "事务不支持此 request.url:\(entry.url)")
      }
      step = try instanceStep(entry, ResourceKey(type: type, id: parts[1]), parts)
    }
    step.fullURL = entry.fullURL
    return step
  }

  private static func split(_ url: String) -> (place: String, query: String?) {
    guard let mark = url.firstIndex(of: "?") else { return (url, nil) }
    return (String(url[..<mark]), String(url[url.index(after: mark)...]))
  }

  private func typeStep<Payload>(_ entry: BundleEntry, _ type: TypeID, _ query: String?)
    throws(Anomaly) -> Step<Payload>
  {
    switch (entry.verb, query) {
    case (.post, nil):
      let source = try resource(entry)
      return Step(
        .create(ifNoneExist: entry.ifNoneExist.flatMap { $0.isEmpty ? nil : Self.query($0) }),
        type: type, key: ResourceKey(type: type, id: makeID()),
        source: source)
    case (.put, let query?):
      let source = try resource(entry)
      return Step(
        .conditionalUpdate(query: query, ifMatch: try Self.version(entry.ifMatch)), type: type,
        key: ResourceKey(type: type, id: source.root.resourceID ?? makeID()), source: source)
    case (.patch, let query?):
      return Step(
        .conditionalPatch(
          try readPatch(try resource(entry)), query: query,
          ifMatch: try Self.version(entry.ifMatch)), type: type, key: nil)
    case (.delete, let query?):
      return Step(.conditionalDelete(query: query, limit: 1), type: type, key: nil)
    case (.get, _), (.head, _): return Step(.search(query: query ?? ""), type: type, key: nil)
    default:
      throw .incorrect(
        "\(entry.verb.rawValue) \(entry.url) is no interaction",
        chinese: "\(entry.verb.rawValue) \(entry.url) 不是有效的交互", code: .notSupported)
    }
  }

  private func instanceStep<Payload>(
    _ entry: BundleEntry, _ key: ResourceKey, _ parts: [String]
  ) throws(Anomaly) -> Step<Payload> {
    switch (entry.verb, parts.count) {
    case (.put, 2):
      return Step(
        .update(
          ifMatch: try Self.version(entry.ifMatch), ifNoneMatchAny: entry.ifNoneMatch == "*"),
        type: key.type, key: key, source: try resource(entry))
    case (.patch, 2):
      return Step(
        .patch(
          try readPatch(try resource(entry)), ifMatch: try Self.version(entry.ifMatch)),
        type: key.type, key: key)
    case (.delete, 2):
      return Step(
        .delete(ifMatch: try Self.version(entry.ifMatch)), type: key.type, key: key)
    case (.get, 2), (.head, 2):
      return Step(
        .read(
          version: nil, ifNoneMatch: try Self.version(entry.ifNoneMatch),
          ifModifiedSince: try Self.instant(entry.ifModifiedSince)), type: key.type, key: key)
    case (.get, 4), (.head, 4):
      guard parts[2] == "_history", let version = Int(parts[3]) else { break }
      return Step(
        .read(version: version, ifNoneMatch: nil, ifModifiedSince: nil), type: key.type, key: key)
    default: break
    }
    throw .unsupported(
      "\(entry.verb.rawValue) \(entry.url) is no interaction of a transaction",
      chinese: "事务不支持 \(entry.verb.rawValue) \(entry.url)")
  }

  private func resource(_ entry: BundleEntry) throws(Anomaly) -> JSONDocument {
    guard let resource = entry.resource else {
      throw .incorrect(
        "\(entry.verb.rawValue) \(entry.url) needs a resource",
        chinese: "\(entry.verb.rawValue) \(entry.url) 缺少 resource", code: .required)
    }
    return resource
  }

  /// The end of the second that an instant lies in: HTTP knows no fractions.
  private static func instant(_ text: String?) throws(Anomaly) -> Int64? {
    guard let text else { return nil }
    guard let date = PartialDate(text, as: .dateTime) else {
      throw .incorrect(
        "ifModifiedSince '\(text)' is no instant", chinese: "ifModifiedSince 不是有效的时刻",
        code: .value)
    }
    return date.range().lowerBound / 1_000 * 1_000 + 999
  }

  /// `ifNoneExist` holds the query with or without what stands before the `?`.
  private static func query(_ text: String) -> String { split(text).query ?? text }

  /// The version in an ETag such as `W/"3"`; one that no version can have stands for no version.
  ///
  /// <https://hl7.org/fhir/R4/http.html#concurrency>
  package static func version(_ tag: String?) throws(Anomaly) -> Int? {
    guard var text = tag.map({ Substring($0) }), text != "*" else { return nil }
    if text.hasPrefix("W/") { text = text.dropFirst(2) }
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      text = text.dropFirst().dropLast()
    }
    return Int(text) ?? -1
  }
}
