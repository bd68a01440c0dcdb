import FHIR

/// Turns the values of one resource into index rows; used by one thread at a time.
final class EntryWriter {
  var entries = IndexEntries()
  /// Takes the place of `entries` while the components of a tuple are written.
  var scratch = IndexEntries()
  /// The resource that is being indexed, for `%resource`.
  var resource: JSONCursor
  /// The zone of dates without one, in minutes east of UTC.
  let offsetInMinutes: Int
  /// The address of this server with a slash, so that references to itself are local.
  let base: [UInt8]?

  init(_ resource: JSONCursor, offsetInMinutes: Int, base: [UInt8]?) {
    self.resource = resource
    self.offsetInMinutes = offsetInMinutes
    self.base = base
  }

  /// The bytes of a string without escapes, or of any other value as written.
  @inline(__always)
  func withBytes<R>(of value: JSONCursor, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    if value.entry.flags.contains(.escaped), let text = value.string {
      return Array(text.utf8).withUnsafeBytes(body)
    }
    return body(value.raw)
  }

  /// Writes the rows of one value.
  func write(_ value: JSONCursor, _ form: LeafForm, _ key: Int32) {
    switch form {
    case .coding: coding(value, key)
    case .codeableConcept: codeableConcept(value, key)
    case .identifier: identifier(value, key)
    case .contactPoint: contactPoint(value, key)
    case .plainToken: plainToken(value, key)
    case .strings: strings(value, key)
    case .uri: uri(value, key)
    case .date: date(value, key)
    case .period: period(value, key)
    case .timing: timing(value, key)
    case .number: number(value, key)
    case .numberRange: numberRange(value, key)
    case .quantity: quantity(value, key)
    case .quantityRange: quantityRange(value, key)
    case .money: money(value, key)
    case .reference: reference(value, key)
    case .extensionValue(let type): extensionValue(value, type, key)
    case .nothing: break
    }
  }

  /// The `value[x]` of an extension, whatever its type.
  private func extensionValue(_ value: JSONCursor, _ type: SearchParameterType, _ key: Int32) {
    guard value.kind == .object else { return }
    for member in value.children where !member.isUnderscored {
      guard let found = Schema.r4.member(member.name, of: .extension), found.isChoice else {
        continue
      }
      write(member, LeafForm(type, found.type), key)
    }
  }

  /// Writes the token `true` when a value is there that is not `false`, else `false`.
  func truth(_ object: JSONCursor, _ paths: [ValuePath], _ key: Int32) {
    var isTrue = false
    for path in paths {
      forEachValue(of: path.steps[...], in: object) { if $0.kind != .false { isTrue = true } }
    }
    entries.add(key, Hash.code(isTrue ? "true" : "false"), 0)
  }

  /// Calls `body` with every value at the end of the steps.
  func forEachValue(
    of steps: ArraySlice<ValuePath.Step>, in object: JSONCursor, _ body: (JSONCursor) -> Void
  ) {
    guard let step = steps.first else { return body(object) }
    guard let member = object.member(step.name) else { return }
    if member.kind == .array {
      for (index, item) in member.children.enumerated()
      where holds(step.conditions, of: item, at: index) {
        forEachValue(of: steps.dropFirst(), in: item, body)
      }
    } else if holds(step.conditions, of: member, at: 0) {
      forEachValue(of: steps.dropFirst(), in: member, body)
    }
  }

  func holds(_ conditions: [ValuePath.Condition], of value: JSONCursor, at index: Int) -> Bool {
    conditions.allSatisfy { condition in
      switch condition {
      case .item(let number): index == number
      case .member(let name, let text): value.member(name).map { equals($0, text) } ?? false
      case .url(let url): value.member(.url).map { equals($0, url) } ?? false
      case .hasExtension(let url):
        value.member(.extension)?.children.contains { item in
          item.member(.url).map { equals($0, url) } ?? false
        } ?? false
      case .reference(let type): leads(value, to: type)
      }
    }
  }

  private func equals(_ value: JSONCursor, _ text: String) -> Bool {
    withBytes(of: value) { $0.elementsEqual(text.utf8) }
  }

  /// Whether a reference leads to a resource of a type, by what it says itself.
  private func leads(_ value: JSONCursor, to type: TypeID) -> Bool {
    if let literal = value.member(.reference), literal.kind == .string {
      if let key = withBytes(of: literal, { typeInURL($0) }) { return key == type }
    }
    return value.member(.type).map { equals($0, Schema.r4.name(of: type)) } ?? false
  }

  /// The type in `Type/id`, with or without a server's address before it.
  private func typeInURL(_ bytes: UnsafeRawBufferPointer) -> TypeID? {
    if let (type, _) = EntryWriter.key(of: bytes) { return type }
    let parts = bytes.split(separator: UInt8(ascii: "/"))
    guard parts.count >= 3 else { return nil }
    let name = UnsafeRawBufferPointer(rebasing: bytes[parts[parts.count - 2].indices])
    return Schema.r4.type(named: name)
  }
}

/// How the values of a type are written for a kind of search parameter.
///
/// <https://hl7.org/fhir/R4/search.html#table>
enum LeafForm: Hashable, Sendable {
  case coding, codeableConcept, identifier, contactPoint, plainToken
  case strings, uri
  case date, period, timing
  case number, numberRange
  case quantity, quantityRange, money
  case reference
  case extensionValue(SearchParameterType)
  case nothing

  init(_ search: SearchParameterType, _ type: TypeID) {
    if type == .extension {
      self = .extensionValue(search)
      return
    }
    self =
      switch search {
      case .token: LeafForm.token(type)
      case .string: .strings
      case .uri: Self.isURI(type) ? .uri : .nothing
      case .date: LeafForm.date(type)
      case .number: type.isPrimitive ? .number : type == .range ? .numberRange : .nothing
      case .quantity: LeafForm.quantity(type)
      case .reference: type == .reference || Self.isURI(type) ? .reference : .nothing
      case .composite, .special: .nothing
      }
  }

  private static func isURI(_ type: TypeID) -> Bool {
    switch type.primitive {
    case .uri, .url, .canonical, .oid, .uuid: true
    default: false
    }
  }

  private static func token(_ type: TypeID) -> LeafForm {
    switch type {
    case .coding: .coding
    case .codeableConcept: .codeableConcept
    case .identifier: .identifier
    case .contactPoint: .contactPoint
    default: type.isPrimitive ? .plainToken : .nothing
    }
  }

  private static func date(_ type: TypeID) -> LeafForm {
    switch type {
    case .period: .period
    case .timing: .timing
    default: type.isPrimitive ? .date : .nothing
    }
  }

  private static func quantity(_ type: TypeID) -> LeafForm {
    switch type {
    case .money: .money
    case .range: .quantityRange
    default: Schema.r4.isSubtype(type, of: .quantity) ? .quantity : .nothing
    }
  }
}
