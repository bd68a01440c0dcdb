extension JSON {
  /// The compact text.
  package func encoded() -> [UInt8] {
    var out: [UInt8] = []
    write(into: &out)
    return out
  }

  package var text: String { String(decoding: encoded(), as: UTF8.self) }

  /// Appends the compact text.
  package func write(into out: inout [UInt8]) {
    switch self {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let text): out.append(contentsOf: text.utf8)
    case .string(let value): JSONEscape.append(value.utf8, to: &out)
    case .array(let items):
      out.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        item.write(into: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let object):
      out.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        JSONEscape.append(member.name.utf8, to: &out)
        out.append(UInt8(ascii: ":"))
        member.value.write(into: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// The text with line breaks and two spaces of indentation, for people.
  package func pretty(indentation: Int = 0) -> String {
    let inner = String(repeating: "  ", count: indentation + 1)
    let outer = String(repeating: "  ", count: indentation)
    switch self {
    case .array(let items) where !items.isEmpty:
      let lines = items.map { inner + $0.pretty(indentation: indentation + 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let object) where !object.members.isEmpty:
      let lines = object.members.map {
        inner + JSON.string($0.name).text + ": "
          + $0.value.pretty(indentation: indentation + 1)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return text
    }
  }
}

extension JSONCursor {
  /// Appends the value as written, without white space between its tokens.
  package func write(into out: inout [UInt8], isCompact: Bool) {
    switch kind {
    case .string:
      let raw = raw
      out.append(
        contentsOf: UnsafeRawBufferPointer(start: raw.baseAddress! - 1, count: raw.count + 2))
    case .array, .object:
      if isCompact { return out.append(contentsOf: raw) }
      let isObject = kind == .object
      out.append(UInt8(ascii: isObject ? "{" : "["))
      var isFirst = true
      for child in children {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        isFirst = false
        if isObject { child.writeName(into: &out) }
        child.write(into: &out, isCompact: false)
      }
      out.append(UInt8(ascii: isObject ? "}" : "]"))
    default: out.append(contentsOf: raw)
    }
  }

  /// Appends `"name":` as written.
  package func writeName(into out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    out.append(contentsOf: rawName)
    out.append(UInt8(ascii: "\""))
    out.append(UInt8(ascii: ":"))
  }
}
