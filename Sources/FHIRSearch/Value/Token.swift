import FHIR

/// A token that is searched for. <https://hl7.org/fhir/R4/search.html#token>
package struct TokenValue: Hashable, Sendable {
  package enum System: Hashable, Sendable {
    /// `code`: whatever the system.
    case any
    /// `|code`: without a system.
    case none
    /// `system|code`
    case url(String)
    /// The same by its number in the index.
    case number(Int64)
  }

  package var system: System
  /// Nil for `system|`.
  package var code: String?
  /// Which rows: codes, the identifiers of references, or identifiers with their type.
  package var variant: IndexVariant = .value

  package init(_ system: System, _ code: String?, variant: IndexVariant = .value) {
    self.system = system
    self.code = code
    self.variant = variant
  }

  /// The number of the code in the index.
  package var codeHash: Int64? { code.map { Hash.code($0) } }

  /// The number of the system in the index; nil for any.
  package var systemHash: Int64? {
    switch system {
    case .any: nil
    case .none: 0
    case .url(let url): Hash.system(url)
    case .number(let number): number
    }
  }
}

extension TokenValue: CustomStringConvertible {
  package var description: String {
    switch system {
    case .any: code ?? ""
    case .none: "|" + (code ?? "")
    case .url(let url): "\(url)|" + (code ?? "")
    case .number(let number): "#\(number)|" + (code ?? "")
    }
  }
}

extension TokenValue {
  /// `[code]`, `[system]|[code]`, `|[code]` or `[system]|`
  static func parse(_ value: QueryValue) throws(Anomaly) -> TokenValue {
    let parts = value.split("|")
    switch parts.count {
    case 1 where !parts[0].text.isEmpty: return TokenValue(.any, parts[0].unescaped)
    case 2 where parts[0].text.isEmpty && !parts[1].text.isEmpty:
      return TokenValue(.none, parts[1].unescaped)
    case 2 where !parts[0].text.isEmpty:
      let code = parts[1].unescaped
      return TokenValue(.url(parts[0].unescaped), code.isEmpty ? nil : code)
    default:
      throw value.wrong("Expected a token: code, system|code, |code or system|", "此处应为代码")
    }
  }

  /// `[system]|[code]|[value]`, <https://hl7.org/fhir/R4/search.html#token> `:of-type`.
  static func parseOfType(_ value: QueryValue) throws(Anomaly) -> TokenValue {
    let parts = value.split("|").map(\.unescaped)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
      throw value.wrong(
        "Expected system|code|value: the type of the identifier and its value",
        "此处应为“类型的系统|代码|标识值”")
    }
    return TokenValue(
      .url(parts[0] + "|" + parts[1]), parts[2], variant: .ofType)
  }
}

/// The rows of tokens.
extension EntryWriter {
  func coding(_ coding: JSONCursor, _ key: Int32) {
    guard coding.kind == .object else { return }
    var code: JSONCursor?
    var system: Int64 = 0
    for member in coding.children where !member.isUnderscored {
      switch member.name {
      case .code: code = member
      case .system: system = withBytes(of: member, Hash.system)
      case .display: text(member, key &+ IndexVariant.text.rawValue)
      default: break
      }
    }
    if let code { token(code, system, key) }
  }

  func codeableConcept(_ concept: JSONCursor, _ key: Int32) {
    guard concept.kind == .object else { return }
    for member in concept.children where !member.isUnderscored {
      if member.name == .coding {
        for coding in member.children { self.coding(coding, key) }
      } else if member.name == .text {
        text(member, key &+ IndexVariant.text.rawValue)
      }
    }
  }

  func identifier(_ identifier: JSONCursor, _ key: Int32) {
    let system = identifier.member(.system).map { withBytes(of: $0, Hash.system) } ?? 0
    guard let value = identifier.member(.value) else { return }
    token(value, system, key)
    guard let type = identifier.member(.type) else { return }
    if let words = type.member(.text) { text(words, key &+ IndexVariant.text.rawValue) }
    guard let codings = type.member(.coding) else { return }
    for coding in codings.children {
      guard let code = coding.member(.code)?.string else { continue }
      let system = Hash.system((coding.member(.system)?.string ?? "") + "|" + code)
      token(value, system, key &+ IndexVariant.ofType.rawValue)
    }
  }

  func contactPoint(_ point: JSONCursor, _ key: Int32) {
    if let value = point.member(.value) { token(value, 0, key) }
  }

  /// A code, a string, a boolean: a token without a system.
  func plainToken(_ value: JSONCursor, _ key: Int32) { token(value, 0, key) }

  private func token(_ code: JSONCursor, _ system: Int64, _ key: Int32) {
    guard code.kind != .object, code.kind != .array, code.kind != .null else { return }
    entries.add(key, withBytes(of: code, Hash.code), system)
  }
}
