package import FHIR

/// A Bundle that asks for something to be done. <https://hl7.org/fhir/R4/http.html#transaction>
package struct RequestBundle: Sendable {
  package enum Kind: String, Sendable { case batch, transaction }

  package var kind: Kind
  package var entries: [BundleEntry]

  /// Reads the entries; each has its resource as a document of its own.
  package init(_ document: JSONDocument, maximumEntries: Int = 20_000) throws(Anomaly) {
    let root = document.root
    defer { withExtendedLifetime(document) {} }
    guard root.member(.resourceType)?.equals("Bundle") == true else {
      throw .incorrect(
        "Expected a Bundle of type batch or transaction",
        chinese: "应为 batch 或 transaction 类型的 Bundle", path: "resourceType")
    }
    guard let type = root.member(.type)?.string, let kind = Kind(rawValue: type) else {
      throw .incorrect(
        "Bundle.type must be batch or transaction", chinese: "Bundle.type 须为 batch 或 transaction",
        code: .value, path: "Bundle.type")
    }
    self.kind = kind
    entries = []
    guard let list = root.member(.entry) else { return }
    guard list.kind == .array, list.count <= maximumEntries else {
      throw .incorrect(
        "Bundle.entry must be an array of at most \(maximumEntries) entries",
        chinese: "Bundle.entry 须为数组,至多 \(maximumEntries) 项", code: .tooLong, path: "Bundle.entry")
    }
    entries.reserveCapacity(list.count)
    for (index, entry) in list.children.enumerated() {
      entries.append(try Self.entry(entry, at: "Bundle.entry[\(index)]"))
    }
  }

  private static func entry(_ cursor: JSONCursor, at path: String) throws(Anomaly) -> BundleEntry {
    guard let request = cursor.member("request") else {
      throw .incorrect(
        "The entry has no request", chinese: "条目缺少 request", code: .required, path: path)
    }
    guard let method = request.member("method")?.string,
      let verb = BundleEntry.Verb(rawValue: method)
    else {
      throw .incorrect(
        "request.method must be one of "
          + BundleEntry.Verb.allCases.map(\.rawValue).joined(separator: ", "),
        chinese: "request.method 无效", code: .value, path: path + ".request.method")
    }
    guard let url = request.member(.url)?.string, !url.isEmpty else {
      throw .incorrect(
        "The entry has no request.url", chinese: "条目缺少 request.url", code: .required,
        path: path + ".request.url")
    }
    var resource: JSONDocument?
    if let cursor = cursor.member(.resource) {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(cursor.raw.count)
      cursor.write(into: &bytes, isCompact: false)
      resource = try JSONDocument.parse(bytes)
    }
    return BundleEntry(
      verb, url, fullURL: cursor.member(.fullUrl)?.string, resource: resource,
      ifNoneExist: request.member("ifNoneExist")?.string,
      ifMatch: request.member("ifMatch")?.string,
      ifNoneMatch: request.member("ifNoneMatch")?.string,
      ifModifiedSince: request.member("ifModifiedSince")?.string)
  }
}
