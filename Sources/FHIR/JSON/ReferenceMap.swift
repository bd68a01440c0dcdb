/// What the URLs of a transaction become, and the rewriting of resources by it.
/// <https://hl7.org/fhir/R4/http.html#trules>
///
/// Rewritten are `Reference.reference`, elements of type uri, url, canonical, oid and uuid, and the
/// `href` and `src` of narratives, where their value equals an old URL. All else keeps its bytes.
package struct ReferenceMap: Sendable {
  private var places: [Int: [(old: [UInt8], new: [UInt8])]] = [:]
  /// A bit for each length of an old URL, modulo 64: most strings are told apart by it.
  private var lengths: UInt64 = 0

  /// How much longer than the old URLs the new ones of a resource may be without copying it again.
  private static let spareBytes = 256

  package init() {}

  /// From old URL — `urn:uuid:…`, absolute, relative or conditional — to new.
  package init(_ urls: [String: String]) {
    for (old, new) in urls { self[old] = new }
  }

  package var isEmpty: Bool { places.isEmpty }

  /// The new URL for an old one.
  package subscript(old: String) -> String? {
    get {
      var old = old
      return old.withUTF8 { new(for: UnsafeRawBufferPointer($0)) }
        .map { String(decoding: $0, as: UTF8.self) }
    }
    set {
      let bytes = Array(old.utf8)
      let hash = bytes.withUnsafeBytes(Self.hash)
      var twins = places[hash] ?? []
      twins.removeAll { $0.old == bytes }
      if let newValue { twins.append((bytes, Array(newValue.utf8))) }
      places[hash] = twins.isEmpty ? nil : twins
      lengths |= 1 << UInt64(bytes.count & 63)
    }
  }

  /// The new URL for the bytes of an old one.
  func new(for old: UnsafeRawBufferPointer) -> [UInt8]? {
    guard lengths >> UInt64(old.count & 63) & 1 != 0 else { return nil }
    guard let twins = places[Self.hash(old)] else { return nil }
    for twin in twins where twin.old.withUnsafeBytes({ $0.elementsEqual(old) }) { return twin.new }
    return nil
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }

  /// The resource's bytes with its URLs rewritten, or nil when there is nothing to rewrite.
  package func rewritten(_ resource: JSONCursor) -> [UInt8]? {
    guard !isEmpty else { return nil }
    var out: [UInt8] = []
    var copied = resource.offset
    resource.forEachURL { value, kind in
      guard let text = replacement(value, kind) else { return }
      if out.isEmpty { out.reserveCapacity(resource.raw.count + Self.spareBytes) }
      out.append(contentsOf: resource.text(from: copied, to: value.offset))
      JSONEscape.appendContent(text, to: &out)
      copied = value.offset + value.raw.count
    }
    guard !out.isEmpty else { return nil }
    out.append(
      contentsOf: resource.text(from: copied, to: resource.offset + resource.raw.count))
    return out
  }

  /// What a string becomes, unescaped.
  private func replacement(_ value: JSONCursor, _ kind: URLKind) -> [UInt8]? {
    if kind == .narrative {
      return NarrativeLinks.rewritten(value.raw, isEscaped: value.isEscaped, by: self)
    }
    guard value.isEscaped else { return new(for: value.raw) }
    return JSONEscape.resolved(value.raw).withUnsafeBytes { new(for: $0) }
  }

  /// The conditional references in a resource, such as `Patient?identifier=1`, each once; those
  /// that name no type of resource too.
  package static func conditionalReferences(in resource: JSONCursor) -> [String] {
    var found: [String] = []
    var seen: Set<String> = []
    resource.forEachURL { value, kind in
      guard kind == .reference, value.raw.contains(UInt8(ascii: "?")), let text = value.string,
        seen.insert(text).inserted
      else { return }
      LiteralReference.read(text) { literal in
        switch literal {
        // What has the form but names no type is refused by whoever resolves it.
        case .conditional, nil: found.append(text)
        default: break
        }
      }
    }
    return found
  }
}

/// What a string with a URL in it is.
private enum URLKind {
  case reference, uri, narrative
}

extension JSONCursor {
  @inline(__always)
  package var isEscaped: Bool { entry.flags.contains(.escaped) }

  /// The bytes of the document between two offsets.
  fileprivate func text(from start: Int, to end: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text + start, count: end - start)
  }

  /// Calls `body` with the strings of a resource that hold URLs by its schema, in order.
  fileprivate func forEachURL(_ body: (JSONCursor, URLKind) -> Void) {
    visit(Schema.r4, .resource, isReference: false, body)
  }

  private func visit(
    _ schema: Schema, _ type: TypeID, isReference: Bool, _ body: (JSONCursor, URLKind) -> Void
  ) {
    switch kind {
    case .string:
      switch type.primitive {
      case .uri, .url, .canonical, .oid, .uuid: body(self, .uri)
      case .xhtml: body(self, .narrative)
      default: if isReference { body(self, .reference) }
      }
    case .array:
      for item in children { item.visit(schema, type, isReference: isReference, body) }
    case .object:
      guard let type = type == .resource ? resourceType(schema) : type else { return }
      for child in children {
        guard let member = schema.member(child.name, of: type) else { continue }
        child.visit(
          schema, member.type, isReference: type == .reference && child.name == .reference, body)
      }
    default: break
    }
  }

  /// The type that an object says it is, by its `resourceType`.
  package func resourceType(_ schema: Schema) -> TypeID? {
    guard let name = member(.resourceType), name.kind == .string else { return nil }
    return LiteralReference.resourceType(name.raw)
  }
}
