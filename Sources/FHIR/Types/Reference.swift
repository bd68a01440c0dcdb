/// What a literal reference or a canonical says: `Patient/1`, `#p1`, `urn:uuid:…`, `http://…|2.0`.
/// <https://hl7.org/fhir/R4/references.html#literal>
///
/// Nothing is copied: the parts point into the bytes that were read and are valid as long as those.
package enum LiteralReference {
  typealias Text = UnsafeRawBufferPointer

  /// A resource on a server: `Patient/1`, `Patient/1/_history/2`.
  package struct Target {
    package let type: TypeID
    package let id: UnsafeRawBufferPointer
    package let version: UnsafeRawBufferPointer?
  }

  /// On the server that holds the referring resource.
  case relative(Target)
  /// A URL with a scheme; `target` when it has the form of a RESTful resource URL.
  case absolute(url: UnsafeRawBufferPointer, target: Target?)
  /// A contained resource, by its id; the resource that contains the reference when empty.
  case fragment(id: UnsafeRawBufferPointer)
  /// `urn:uuid:…`, `urn:oid:…`
  case urn(UnsafeRawBufferPointer)
  /// A canonical URL, <https://hl7.org/fhir/R4/references.html#canonical>; only `init(canonical:)`
  /// makes it.
  case canonical(
    url: UnsafeRawBufferPointer, version: UnsafeRawBufferPointer?,
    fragment: UnsafeRawBufferPointer?)
  /// The one resource that a search finds, in transactions.
  /// <https://hl7.org/fhir/R4/http.html#trules>
  case conditional(type: TypeID, query: UnsafeRawBufferPointer)

  /// How long an id may be, <https://hl7.org/fhir/R4/datatypes.html#id>.
  package static let idLength = 64

  /// Reads the value of `Reference.reference`, without JSON escapes; nil when it has none of the
  /// forms.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "#") {
      self = .fragment(id: bytes.from(1))
    } else if bytes.begins(with: "urn:", at: 0) {
      guard bytes.count > 4 else { return nil }
      self = .urn(bytes)
    } else if bytes.hasScheme {
      self = .absolute(url: bytes, target: Self.restfulTarget(bytes))
    } else if let mark = bytes.firstIndex(of: UInt8(ascii: "?")) {
      guard let type = Self.resourceType(bytes.range(0, mark)) else { return nil }
      self = .conditional(type: type, query: bytes.from(mark + 1))
    } else {
      guard let target = Target(bytes) else { return nil }
      self = .relative(target)
    }
  }

  /// Reads the value of a `canonical`: a URL, perhaps with `|version` and `#fragment`; nil when it
  /// is empty.
  package init?(canonical bytes: UnsafeRawBufferPointer) {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "#") {
      self = .fragment(id: bytes.from(1))
      return
    }
    var rest = bytes
    var fragment: Text?
    if let mark = rest.lastIndex(of: UInt8(ascii: "#")) {
      fragment = rest.from(mark + 1)
      rest = rest.range(0, mark)
    }
    var version: Text?
    if let mark = rest.lastIndex(of: UInt8(ascii: "|")) {
      version = rest.from(mark + 1)
      rest = rest.range(0, mark)
    }
    guard !rest.isEmpty else { return nil }
    self = .canonical(url: rest, version: version, fragment: fragment)
  }

  /// The same of a text, handed to `body` as it cannot outlive the text's bytes.
  package static func read<Value>(
    _ text: String, _ body: (LiteralReference?) -> Value
  ) -> Value {
    var text = text
    return text.withUTF8 { body(LiteralReference(UnsafeRawBufferPointer($0))) }
  }

  /// The concrete resource type with this name.
  package static func resourceType(_ name: UnsafeRawBufferPointer) -> TypeID? {
    let schema = Schema.r4
    guard let type = schema.type(named: name), schema.isSubtype(type, of: .resource),
      type != .resource, type != .domainResource
    else { return nil }
    return type
  }

  /// The end of an absolute URL, when it is `…/Type/id` or `…/Type/id/_history/version`.
  private static func restfulTarget(_ url: Text) -> Target? {
    var slashes: [Int] = []
    var index = url.count - 1
    while index > 0, slashes.count < 4 {
      if url[index] == UInt8(ascii: "/") { slashes.append(index) }
      index -= 1
    }
    // `_history` is no resource type, so at most one of the two is a target.
    for count in [2, 4] where slashes.count >= count {
      if let target = Target(url.from(slashes[count - 1] + 1)) { return target }
    }
    return nil
  }
}

extension LiteralReference.Target {
  /// Reads `Type/id` or `Type/id/_history/version`.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
      let type = LiteralReference.resourceType(bytes.range(0, slash))
    else { return nil }
    var id = bytes.from(slash + 1)
    var version: UnsafeRawBufferPointer?
    if let end = id.firstIndex(of: UInt8(ascii: "/")) {
      let history: StaticString = "/_history/"
      guard id.begins(with: history, at: end) else { return nil }
      let number = id.from(end + history.utf8CodeUnitCount)
      guard number.isResourceID else { return nil }
      version = number
      id = id.range(0, end)
    }
    guard id.isResourceID else { return nil }
    self.type = type
    self.id = id
    self.version = version
  }
}

extension UnsafeRawBufferPointer {
  /// Whether it is an id, `[A-Za-z0-9\-\.]{1,64}`. <https://hl7.org/fhir/R4/datatypes.html#id>
  package var isResourceID: Bool {
    guard !isEmpty, count <= LiteralReference.idLength else { return false }
    return allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  /// Whether it begins with a URI scheme and a colon.
  /// <https://www.rfc-editor.org/rfc/rfc3986#section-3.1>
  fileprivate var hasScheme: Bool {
    for (index, byte) in enumerated() {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): continue
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        if index == 0 { return false }
      default: return byte == UInt8(ascii: ":") && index > 0 && index + 1 < count
      }
    }
    return false
  }

  @inline(__always)
  func range(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[start..<end])
  }

  @inline(__always)
  func from(_ start: Int) -> UnsafeRawBufferPointer { range(start, count) }
}
