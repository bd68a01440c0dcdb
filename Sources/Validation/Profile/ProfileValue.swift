import FHIR

/// A value as a profile sees it: an element with its type, a primitive's twin standing in for it.
struct ProfileValue {
  /// The value; the twin where a primitive has none.
  var cursor: JSONCursor
  var type: TypeID
  /// False for a primitive that has only extensions.
  var hasValue = true
  /// True where only the type of a reference's target is known.
  var isTypeOnly = false
}

extension Walk {
  /// The values of an element of an object, whatever its JSON form.
  func values(of name: String, in holder: ProfileValue) -> [ProfileValue] {
    guard holder.cursor.kind == .object, !holder.isTypeOnly,
      let element = schema[holder.type].element(named: name)
    else { return [] }
    var found: [ProfileValue] = []
    for child in holder.cursor.children {
      guard let member = schema.member(child.name, of: holder.type),
        member.element == element.order
      else { continue }
      let twin = holder.cursor.member(child.name, underscored: !child.isUnderscored)
      if child.isUnderscored {
        guard twin == nil else { continue }
        for item in child.kind == .array ? child.children.map({ $0 }) : [child]
        where item.kind == .object {
          found.append(ProfileValue(cursor: item, type: member.type, hasValue: false))
        }
      } else {
        add(child, twin, member.type, to: &found)
      }
    }
    return found
  }

  private func add(
    _ child: JSONCursor, _ twin: JSONCursor?, _ type: TypeID, to found: inout [ProfileValue]
  ) {
    guard child.kind == .array else {
      return found.append(ProfileValue(cursor: child, type: actual(type, child)))
    }
    let twins = twin.map { $0.children.map { $0 } } ?? []
    for (index, item) in child.children.enumerated() {
      if item.kind != .null {
        found.append(ProfileValue(cursor: item, type: actual(type, item)))
      } else if twins.indices.contains(index) {
        found.append(ProfileValue(cursor: twins[index], type: type, hasValue: false))
      }
    }
  }

  /// The type that a resource says it is.
  private func actual(_ type: TypeID, _ cursor: JSONCursor) -> TypeID {
    guard type == .resource else { return type }
    return Place.resourceType(of: cursor, schema: schema) ?? type
  }

  /// The values that a discriminator's path leads to.
  func values(along path: ArraySlice<String>, from value: ProfileValue) -> [ProfileValue] {
    guard let step = path.first else { return [value] }
    let rest = path.dropFirst()
    let next: [ProfileValue]
    if step == "resolve()" {
      next = target(of: value).map { [$0] } ?? []
    } else if let name = Self.argument(of: "ofType", step) ?? Self.argument(of: "as", step) {
      next =
        schema.type(named: name).map { schema.isSubtype(value.type, of: $0) } ?? false
        ? [value] : []
    } else if let url = Self.argument(of: "extension", step) {
      next = values(of: "extension", in: value).filter {
        $0.cursor.member(.url)?.string == url
      }
    } else {
      next = values(of: step, in: value)
    }
    return next.flatMap { values(along: rest, from: $0) }
  }

  /// The argument of a step such as `extension('url')` or `ofType(Quantity)`.
  static func argument(of function: String, _ step: String) -> String? {
    guard step.hasPrefix(function + "("), step.hasSuffix(")") else { return nil }
    return step.dropFirst(function.count + 1).dropLast().filter { $0 != "'" && $0 != "\"" }
  }

  /// What a reference leads to: a resource at hand, or no more than its type.
  func target(of value: ProfileValue) -> ProfileValue? {
    guard value.type == .reference, let literal = value.cursor.member(.reference)?.string else {
      return nil
    }
    if literal.hasPrefix("#") {
      let id = literal.dropFirst()
      for resource in frame.container.member(.contained)?.children.map({ $0 }) ?? []
      where resource.member(.id)?.string.map({ $0 == id }) ?? false {
        return Place.resourceType(of: resource, schema: schema).map {
          ProfileValue(cursor: resource, type: $0)
        }
      }
      return nil
    }
    var text = literal
    return text.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      if let resource = bundle?.entries(at: bytes).first?.member(.resource),
        let type = Place.resourceType(of: resource, schema: schema)
      {
        return ProfileValue(cursor: resource, type: type)
      }
      guard case .typed(let type) = ReferenceForm(bytes, schema: schema) else { return nil }
      return ProfileValue(cursor: value.cursor, type: type, isTypeOnly: true)
    }
  }
}
