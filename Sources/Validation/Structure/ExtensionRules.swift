import FHIR

/// The standard's own extensions, found by the bytes of their URL.
struct KnownExtensions: Sendable {
  private let definitions: [Int: ExtensionDefinition]
  private static let prefix = Array("http://hl7.org/fhir/StructureDefinition/".utf8)

  init(_ schema: Schema) {
    var definitions: [Int: ExtensionDefinition] = [:]
    for (url, definition) in schema.extensionDefinitions {
      var url = url
      definitions[url.withUTF8 { Self.hash(UnsafeRawBufferPointer($0)) }] = definition
    }
    self.definitions = definitions
  }

  /// The definition with a canonical URL.
  subscript(url: UnsafeRawBufferPointer) -> ExtensionDefinition? {
    guard url.starts(with: Self.prefix) else { return nil }
    guard let found = definitions[Self.hash(url)], url.elementsEqual(found.url.utf8) else {
      return nil
    }
    return found
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
  }
}

/// The rules of extensions. <https://hl7.org/fhir/R4/extensibility.html>
extension Walk {
  /// One extension: a value or extensions inside, and what its definition says if it is the
  /// standard's.
  mutating func `extension`(_ cursor: JSONCursor) {
    let value = self.value(of: cursor)
    if depth >= .invariants, (value != nil) == (cursor.member(.extension) != nil) {
      report(
        .error, .invariant, at: cursor,
        "ext-1: an extension must have either a value or extensions, not both",
        "ext-1:扩展必须有值或内层扩展之一,且不能两者都有")
    }
    guard let url = cursor.member(.url), url.kind == .string else { return }
    if depth >= .profiles, !profiles.isEmpty { stored(cursor, url) }
    guard let definition = plans.extensions[url.raw], let place = steps.last else { return }
    let holder = holder
    if let holder, !isAnywhere(definition),
      !definition.isAllowed(on: holder.type, member: holder.name, of: holder.owner, in: schema)
    {
      report(
        .error, .extension, at: cursor,
        "The extension \(definition.url) may not stand on \(schema.name(of: holder.type))",
        "扩展 \(definition.url) 不能用于 \(schema.name(of: holder.type))")
    }
    let isModifier = place.name == .modifierExtension
    if place.name != .unknown, definition.isModifier != isModifier {
      report(
        .error, .extension, at: cursor,
        "The extension \(definition.url) must be in "
          + (isModifier ? "'extension'" : "'modifierExtension'"),
        "扩展 \(definition.url) 应在" + (isModifier ? "“extension”中" : "“modifierExtension”中"))
    }
    check(cursor, value, by: definition)
  }

  /// What the innermost object stands on: its type, and the element of its owner that it is.
  private var holder: (type: TypeID, name: NameID, owner: TypeID?)? {
    guard steps.count > 1 else { return nil }
    let step = steps[steps.count - 2]
    return (step.type, step.name, steps.count > 2 ? steps[steps.count - 3].type : nil)
  }

  /// An extension that a stored profile defines: where it may stand, and its content.
  private mutating func stored(_ cursor: JSONCursor, _ url: JSONCursor) {
    guard let text = url.string, let profile = profiles[text], profile.type == .extension else {
      return
    }
    if let holder, !profile.contexts.isEmpty {
      let element = holder.owner.map {
        schema.name(of: $0) + "." + schema.names.string(of: holder.name)
      }
      let isAllowed = profile.contexts.contains { context in
        if context == element || context == "Element" { return true }
        return schema.type(named: context).map { schema.isSubtype(holder.type, of: $0) } ?? false
      }
      if !isAllowed {
        report(
          .error, .extension, at: cursor,
          "The extension \(Self.shown(text)) may not stand on \(schema.name(of: holder.type))",
          "扩展 \(Self.shown(text)) 不能用于 \(schema.name(of: holder.type))")
      }
    }
    conform(cursor, .extension, to: text)
  }

  /// A modifier extension changes the meaning of what it stands on, so one that is not known is
  /// told.
  ///
  /// <https://hl7.org/fhir/R4/extensibility.html#modifierExtension>
  mutating func modifier(_ cursor: JSONCursor) {
    guard let url = cursor.member(.url), url.kind == .string, plans.extensions[url.raw] == nil,
      !(url.string.map(profiles.contains) ?? false)
    else { return }
    report(
      .warning, .extension, at: cursor,
      "The modifier extension \(Self.shown(url.scalarText)) is not known",
      "未知的修饰扩展 \(Self.shown(url.scalarText))")
  }

  /// Whether an extension may stand on anything: `Element` as a context has always meant
  /// resources too, and R4's own definitions carry `structuredefinition-fhir-type` where its
  /// context does not say.
  private func isAnywhere(_ definition: ExtensionDefinition) -> Bool {
    definition.contexts.contains(.type(.element))
      || definition.url.hasSuffix("/structuredefinition-fhir-type")
  }

  /// The member `value[x]` of an extension.
  private func value(of cursor: JSONCursor) -> (cursor: JSONCursor, type: TypeID)? {
    for child in cursor.children {
      guard let member = schema.member(child.name, of: .extension), member.isChoice else {
        continue
      }
      return (child, member.type)
    }
    return nil
  }

  /// The value and the inner extensions by the definition.
  private mutating func check(
    _ cursor: JSONCursor, _ value: (cursor: JSONCursor, type: TypeID)?,
    by definition: ExtensionDefinition
  ) {
    if let value {
      let isAllowed = definition.values.contains { $0.type == value.type }
      if !isAllowed {
        let names = definition.values.map { schema.name(of: $0.type) }.joined(separator: ", ")
        report(
          .error, .extension, at: value.cursor,
          "The extension \(definition.url) may not have a \(schema.name(of: value.type))"
            + (names.isEmpty ? "" : "; expected \(names)"),
          "扩展 \(definition.url) 的值不能是 \(schema.name(of: value.type))"
            + (names.isEmpty ? "" : ",应为 \(names)"))
      } else if depth >= .bindings, let binding = definition.binding, binding.strength == .required,
        !value.cursor.isUnderscored, let rule = CodeRule(binding.valueSet, in: schema)
      {
        codes(of: value.cursor, value.type, rule)
      }
    } else if definition.isValueRequired, cursor.member(.extension) == nil {
      report(
        .error, .required, at: cursor, "The extension \(definition.url) needs a value",
        "扩展 \(definition.url) 缺少值")
    }
    if !definition.extensions.isEmpty { inside(cursor, by: definition) }
  }

  /// The extensions inside one: those that its definition names, as often as it says.
  private mutating func inside(_ cursor: JSONCursor, by definition: ExtensionDefinition) {
    var counts = [Int](repeating: 0, count: definition.extensions.count)
    for inner in cursor.member(.extension)?.children.map({ $0 }) ?? [] {
      guard let url = inner.member(.url)?.string else { continue }
      guard let index = definition.extensions.firstIndex(where: { $0.url == url }) else {
        // An absolute URL names an extension of its own, which may stand anywhere it is allowed.
        if !url.contains(":") {
          report(
            .error, .extension, at: inner,
            "The extension \(definition.url) has no extension '\(Self.shown(url))' inside",
            "扩展 \(definition.url) 内没有“\(Self.shown(url))”")
        }
        continue
      }
      counts[index] += 1
      check(inner, value(of: inner), by: definition.extensions[index])
    }
    for (count, inner) in zip(counts, definition.extensions)
    where count < inner.min || count > inner.max {
      let most = inner.max == .max ? "*" : String(inner.max)
      report(
        .error, count < inner.min ? .required : .structure, at: cursor,
        "'\(inner.url)' stands \(count) times in the extension \(definition.url);"
          + " expected \(inner.min)..\(most)",
        "扩展 \(definition.url) 中“\(inner.url)”出现 \(count) 次,应为 \(inner.min)..\(most)")
    }
  }
}
