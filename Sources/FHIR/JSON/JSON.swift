/// A JSON value as a tree: for making and changing; reading goes by `JSONCursor`.
///
/// Numbers are kept as written. Members keep their order.
package indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// The members of a JSON object, in order.
package struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSON

    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  package var members: [Member]

  package init() { members = [] }

  package init(dictionaryLiteral elements: (String, JSON)...) {
    members = elements.map { Member(name: $0.0, value: $0.1) }
  }

  /// The value of a member; setting nil removes it, setting a new name appends it.
  package subscript(name: String) -> JSON? {
    get { place(of: name).map { members[$0].value } }
    set {
      switch (place(of: name), newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// The place of a member by the bytes of its name: canonically equivalent names are different.
  package func place(of name: String) -> Int? {
    members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

extension JSON {
  /// The tree of a value on a tape.
  package init(_ cursor: JSONCursor) {
    switch cursor.kind {
    case .null: self = .null
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .number: self = .number(String(decoding: cursor.raw, as: UTF8.self))
    case .string: self = .string(cursor.string ?? "")
    case .array: self = .array(cursor.children.map(JSON.init))
    case .object:
      var object = JSONObject()
      object.members = cursor.children.map {
        JSONObject.Member(name: $0.memberName, value: JSON($0))
      }
      self = .object(object)
    }
  }

  /// The tree of a whole document.
  package init(_ document: JSONDocument) {
    self = withExtendedLifetime(document) { JSON(document.root) }
  }

  package init(parsing bytes: [UInt8]) throws(Anomaly) {
    self.init(try JSONDocument.parse(bytes))
  }

  /// The member of an object; nil elsewhere. Setting makes an object of anything else.
  package subscript(name: String) -> JSON? {
    get {
      guard case .object(let object) = self else { return nil }
      return object[name]
    }
    set {
      var object = JSONObject()
      if case .object(let present) = self { object = present }
      object[name] = newValue
      self = .object(object)
    }
  }

  /// The item of an array; nil elsewhere and beyond its end.
  package subscript(index: Int) -> JSON? {
    guard case .array(let items) = self, items.indices.contains(index) else { return nil }
    return items[index]
  }

  package var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var items: [JSON] {
    guard case .array(let items) = self else { return [] }
    return items
  }

  package var object: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(String(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    var object = JSONObject()
    object.members = elements.map { JSONObject.Member(name: $0.0, value: $0.1) }
    self = .object(object)
  }

  package static func number(_ value: Int) -> JSON { .number(String(value)) }
}
