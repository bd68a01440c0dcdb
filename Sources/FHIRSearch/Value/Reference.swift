package import FHIR

/// A reference that is searched for. <https://hl7.org/fhir/R4/search.html#reference>
package struct ReferenceValue: Hashable, Sendable {
  /// The types that the target may have.
  package var types: [TypeID]
  /// The logical id of a resource in this store.
  package var id: String?
  /// The URL of anything else, as written.
  package var url: String?
}

extension ReferenceValue: CustomStringConvertible {
  package var description: String {
    guard let id else { return url ?? "" }
    guard types.count == 1 else { return id }
    return "\(Schema.r4.name(of: types[0]))/\(id)"
  }
}

extension ReferenceValue {
  /// `[id]`, `[type]/[id]` or `[url]`; the modifier `:[type]` stands for the type.
  static func parse(
    _ value: QueryValue, targets: [TypeID], of type: TypeID?, _ context: QueryContext
  ) throws(Anomaly) -> ReferenceValue {
    var text = value.unescaped
    if let base = context.base, text.hasPrefix(base + "/") {
      text.removeFirst(base.utf8.count + 1)
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1, isID(parts[0]) {
      return ReferenceValue(
        types: type.map { [$0] } ?? targets, id: text, url: type == nil ? text : nil)
    }
    if parts.count == 2 || (parts.count == 4 && parts[2] == "_history"),
      let named = Schema.r4.type(named: String(parts[0])), Schema.r4.isResource(named),
      isID(parts[1])
    {
      guard type == nil || type == named else {
        throw value.wrong(
          "The modifier asks for another type than the reference has", "修饰符与引用的类型不一致")
      }
      return ReferenceValue(types: [named], id: String(parts[1]), url: nil)
    }
    guard text.contains(":"), type == nil else {
      throw value.wrong(
        "'\(value.text)' is neither an id nor Type/id nor a URL",
        "“\(value.text)”既不是 id,也不是“类型/id”或 URL")
    }
    return ReferenceValue(types: [], id: nil, url: text)
  }

  /// Whether a text may be a logical id. <https://hl7.org/fhir/R4/datatypes.html#id>
  static func isID(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isIDByte)
  }

  @inline(__always)
  static func isIDByte(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}

/// The rows of references.
extension EntryWriter {
  func reference(_ value: JSONCursor, _ key: Int32) {
    guard value.kind == .object else { return canonical(value, key) }
    if let literal = value.member(.reference), literal.kind == .string {
      withBytes(of: literal) { self.literal($0, key) }
    }
    if let identifier = value.member(.identifier), let code = identifier.member(.value) {
      let system = identifier.member(.system).map { withBytes(of: $0, Hash.system) } ?? 0
      entries.add(
        key &+ IndexVariant.identifier.rawValue, withBytes(of: code, Hash.code), system)
    }
  }

  /// `Type/id` with or without a version is a resource of this store; what begins with `#` is
  /// contained.
  private func literal(_ bytes: UnsafeRawBufferPointer, _ key: Int32) {
    guard let first = bytes.first, first != UInt8(ascii: "#") else { return }
    var local = bytes
    if let base, bytes.count > base.count, bytes.starts(with: base) {
      local = UnsafeRawBufferPointer(rebasing: bytes[base.count...])
    }
    guard let (type, id) = EntryWriter.key(of: local) else {
      return entries.add(key, Hash.url(bytes), -1)
    }
    let start = entries.text.count
    entries.text.append(contentsOf: id)
    entries.rows.append(
      IndexEntry(key, .reference, Int64(start), Int64(entries.text.count), target: type))
  }

  /// The type and the id of a relative reference.
  static func key(of bytes: UnsafeRawBufferPointer) -> (TypeID, UnsafeRawBufferPointer)? {
    let slash = UInt8(ascii: "/")
    guard let first = bytes.firstIndex(of: slash),
      let type = Schema.r4.type(named: UnsafeRawBufferPointer(rebasing: bytes[..<first])),
      Schema.r4.isResource(type)
    else { return nil }
    let rest = bytes[(first + 1)...]
    let end = rest.firstIndex(of: slash) ?? bytes.count
    let id = UnsafeRawBufferPointer(rebasing: bytes[(first + 1)..<end])
    guard (1...64).contains(id.count), id.allSatisfy(ReferenceValue.isIDByte) else { return nil }
    let isVersion = end == bytes.count || bytes[end...].starts(with: "/_history/".utf8)
    return isVersion ? (type, id) : nil
  }

  /// A canonical URL, with and without its version.
  func canonical(_ value: JSONCursor, _ key: Int32) {
    guard value.kind == .string else { return }
    withBytes(of: value) { bytes in
      entries.add(key, Hash.url(bytes), -1)
      if let bar = bytes.lastIndex(of: UInt8(ascii: "|")) {
        entries.add(key, Hash.url(UnsafeRawBufferPointer(rebasing: bytes[..<bar])), -1)
      }
    }
  }
}
