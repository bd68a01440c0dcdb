import FHIR

/// The rules of bundles beside their invariants. <https://hl7.org/fhir/R4/bundle.html>
extension Walk {
  mutating func bundleRules(_ cursor: JSONCursor) {
    guard let list = cursor.member(.entry), list.kind == .array else { return }
    let isSearch = cursor.member(.type)?.equals("searchset") ?? false
    for entry in list.children where entry.kind == .object {
      let resource = entry.member(.resource)
      if let url = entry.member(.fullUrl), url.kind == .string {
        fullURL(url, of: resource, in: entry)
      }
      if isSearch, let resource, resource.kind == .object, resource.member(.id) == nil,
        !(resource.member(.resourceType)?.equals("OperationOutcome") ?? false)
      {
        report(
          .error, .required, at: resource, "A resource that a search found must have an id",
          "检索结果中的资源必须有 id")
      }
    }
    if cursor.member(.type)?.equals("document") ?? false { document(list) }
  }

  /// A full URL is absolute, and that of a server ends with the type and id of its resource.
  private mutating func fullURL(
    _ url: JSONCursor, of resource: JSONCursor?, in entry: JSONCursor
  ) {
    switch ReferenceForm(url.raw, schema: schema) {
    case .malformed, .contained:
      report(
        .error, .value, at: url,
        "A fullUrl must be absolute, not '\(Self.shown(url.scalarText))'",
        "fullUrl 必须是绝对地址,而非“\(Self.shown(url.scalarText))”")
    case .other: break
    case .typed(let type):
      guard url.raw.starts(with: "http".utf8) else {
        return report(
          .error, .value, at: url,
          "A fullUrl must be absolute, not '\(Self.shown(url.scalarText))'",
          "fullUrl 必须是绝对地址,而非“\(Self.shown(url.scalarText))”")
      }
      guard let resource, resource.kind == .object,
        !(entry.member("request")?.member("method")?.equals("POST") ?? false)
      else { return }
      let id = resource.member(.id)
      let last = url.raw.split(separator: UInt8(ascii: "/")).last ?? url.raw[...]
      let isSame =
        Place.resourceType(of: resource, schema: schema) == type
        && id.map { last.elementsEqual($0.raw) } ?? false
      guard !isSame else { return }
      // A collection may gather resources under other addresses than those they came from.
      let isCollection = bundle?.isCollection ?? false
      report(
        id != nil && isCollection ? .warning : .error, .invalid, at: url,
        "The fullUrl '\(Self.shown(url.scalarText))' does not end with the type and id of its"
          + " resource", "fullUrl“\(Self.shown(url.scalarText))”与资源的类型和 id 不符")
    }
  }

  /// What a document's composition refers to is in the document.
  ///
  /// <https://hl7.org/fhir/R4/documents.html#content>
  private mutating func document(_ list: JSONCursor) {
    guard let entry = list.children.first(where: { _ in true }),
      let composition = entry.member(.resource),
      composition.member(.resourceType)?.equals("Composition") ?? false
    else { return }
    for child in composition.children where Self.held.contains(child.memberName) {
      var index = child.index
      while index < child.endIndex {
        let cursor = composition.at(index)
        // What extensions refer to may be elsewhere.
        index = cursor.name == .extension ? cursor.endIndex : index + 1
        guard cursor.name == .reference, cursor.kind == .string,
          cursor.raw.first != UInt8(ascii: "#"), !isFound(cursor.raw, from: entry.member(.fullUrl))
        else { continue }
        report(
          .error, .notFound, at: cursor,
          "The document does not hold '\(Self.shown(cursor.scalarText))'",
          "文档中没有“\(Self.shown(cursor.scalarText))”")
      }
    }
  }

  /// The elements of a composition whose targets are parts of the document.
  private static let held: Set<String> = [
    "subject", "author", "attester", "custodian", "event", "section", "encounter",
  ]

  /// Whether a reference leads to an entry: by its full URL, or relative to that of the
  /// composition.
  private func isFound(_ text: UnsafeRawBufferPointer, from base: JSONCursor?) -> Bool {
    guard let bundle else { return true }
    if !bundle.entries(at: text).isEmpty { return true }
    guard case .typed = ReferenceForm(text, schema: schema), !text.starts(with: "http".utf8),
      let base, base.raw.starts(with: "http".utf8)
    else { return false }
    let parts = base.raw.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    var url = Array(parts.dropLast(2).joined(separator: [UInt8(ascii: "/")]))
    url.append(UInt8(ascii: "/"))
    url.append(contentsOf: text)
    return url.withUnsafeBytes { !bundle.entries(at: $0).isEmpty }
  }
}
