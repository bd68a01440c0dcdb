/// Cuts a resource's identity out of its JSON and puts it back, by moving bytes.
///
/// The store keeps bodies without `id`, `meta.versionId` and `meta.lastUpdated`: it knows them
/// itself, and a body that says them might lie. A body without identity is compact and begins with
/// `{"resourceType":"X"`, followed by `meta` if anything of it is left; so both ways need no
/// parsing.
package enum JSONSplice {
  /// The body of a whole document; see `writeWithoutIdentity`.
  package static func withoutIdentity(_ document: JSONDocument) throws(Anomaly) -> [UInt8] {
    var out: [UInt8] = []
    try writeWithoutIdentity(document.root, isCompact: document.isCompact, into: &out)
    return out
  }

  /// Appends the resource as compact JSON, `resourceType` and `meta` first, without its identity.
  ///
  /// `isCompact` is what the cursor's document says of itself. The members keep their bytes and,
  /// but for the two, their order.
  package static func writeWithoutIdentity(
    _ resource: JSONCursor, isCompact: Bool, into out: inout [UInt8]
  ) throws(Anomaly) {
    var type: JSONCursor?
    var meta: JSONCursor?
    if resource.kind == .object {
      for member in resource.children {
        if member.isNamed("resourceType") { type = member }
        if member.isNamed("meta") { meta = member }
      }
    }
    guard let type, type.kind == .string else {
      throw .incorrect(
        "The resource has no resourceType", chinese: "资源缺少 resourceType", code: .structure,
        path: "resourceType")
    }
    out.reserveCapacity(out.count + resource.raw.count)
    out.append("{\"resourceType\":")
    type.write(into: &out, isCompact: true)
    if let meta { try writeMeta(meta, isCompact, &out) }
    for member in resource.children {
      if member.index == type.index || member.index == meta?.index || member.isNamed("id") {
        continue
      }
      out.append(UInt8(ascii: ","))
      member.writeName(into: &out)
      member.write(into: &out, isCompact: isCompact)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// What is left of `meta`, or nothing.
  private static func writeMeta(_ meta: JSONCursor, _ isCompact: Bool, _ out: inout [UInt8])
    throws(Anomaly)
  {
    guard meta.kind == .object else {
      throw .incorrect(
        "meta must be an object", chinese: "meta 必须是对象", code: .structure, path: "meta")
    }
    var isFirst = true
    for member in meta.children
    where !member.isNamed("versionId") && !member.isNamed("lastUpdated") {
      out.append(isFirst ? ",\"meta\":{" : ",")
      isFirst = false
      member.writeName(into: &out)
      member.write(into: &out, isCompact: isCompact)
    }
    if !isFirst { out.append(UInt8(ascii: "}")) }
  }

  private static let opening: StaticString = "{\"resourceType\":\""

  /// Whether a body can be given an identity: it begins as `writeWithoutIdentity` begins.
  package static func isWithoutIdentity(_ body: [UInt8]) -> Bool {
    body.withUnsafeBytes { end(ofTypeIn: $0) != nil }
  }

  /// The place behind the type.
  private static func end(ofTypeIn body: UnsafeRawBufferPointer) -> Int? {
    guard body.begins(with: opening, at: 0) else { return nil }
    let quote = body[opening.utf8CodeUnitCount...].firstIndex(of: UInt8(ascii: "\""))
    return quote.map { $0 + 1 }
  }

  /// The resource with its identity; see `writeWithIdentity`.
  package static func withIdentity(
    _ body: [UInt8], id: String, version: Int, lastUpdated: Instant
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(body.count + 160)
    writeWithIdentity(body, id: id, version: version, lastUpdated: lastUpdated, into: &out)
    return out
  }

  /// Appends a body that was made by `writeWithoutIdentity`, with `id` and `meta` in the standard's
  /// order; one that was not as it is.
  package static func writeWithIdentity(
    _ body: [UInt8], id: String, version: Int, lastUpdated: Instant, into out: inout [UInt8]
  ) {
    body.withUnsafeBytes {
      writeWithIdentity($0, id: id, version: version, lastUpdated: lastUpdated, into: &out)
    }
  }

  private static func writeWithIdentity(
    _ body: UnsafeRawBufferPointer, id: String, version: Int, lastUpdated: Instant,
    into out: inout [UInt8]
  ) {
    guard var rest = end(ofTypeIn: body) else { return out.append(contentsOf: body) }
    out.append(contentsOf: UnsafeRawBufferPointer(rebasing: body[..<rest]))
    out.append(",\"id\":")
    JSONEscape.append(id.utf8, to: &out)
    out.append(",\"meta\":{\"versionId\":\"")
    appendDecimal(version, to: &out)
    out.append("\",\"lastUpdated\":\"")
    lastUpdated.write(into: &out)
    let meta: StaticString = ",\"meta\":{"
    if body.begins(with: meta, at: rest) {
      rest += meta.utf8CodeUnitCount
      out.append("\",")
    } else {
      out.append("\"}")
    }
    out.append(contentsOf: UnsafeRawBufferPointer(rebasing: body[rest...]))
  }

  private static func appendDecimal(_ value: Int, to out: inout [UInt8]) {
    guard value >= 10 else { return out.append(UInt8(ascii: "0") &+ UInt8(max(value, 0))) }
    appendDecimal(value / 10, to: &out)
    out.append(UInt8(ascii: "0") &+ UInt8(value % 10))
  }
}

extension JSONCursor {
  /// Whether the member has this name, written with escapes or without.
  @inline(__always)
  func isNamed(_ name: StaticString) -> Bool {
    if entry.flags.contains(.escapedName) {
      return memberName.utf8.elementsEqual(
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
    let raw = rawName
    return raw.count == name.utf8CodeUnitCount && raw.begins(with: name, at: 0)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these bytes stand at an offset.
  @inline(__always)
  func begins(with text: StaticString, at offset: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count - offset >= length else { return false }
    for index in 0..<length where self[offset &+ index] != text.utf8Start[index] { return false }
    return true
  }
}

extension [UInt8] {
  /// Appends the bytes of a text.
  @inline(__always)
  package mutating func append(_ text: StaticString) {
    append(
      contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
