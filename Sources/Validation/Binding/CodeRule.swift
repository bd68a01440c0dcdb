import FHIR

/// The codes that an element may have: a list, or a form where the codes are not FHIR's own to
/// list.
///
/// <https://hl7.org/fhir/R4/terminologies.html#required>
enum CodeRule: Sendable {
  case list(RequiredValueSet)
  /// Tags of BCP 47, `urn:ietf:bcp:47`.
  case language
  /// Types of BCP 13, `urn:ietf:bcp:13`.
  case mediaType
  /// Three capital letters of ISO 4217.
  case currency

  /// Nil when nothing can be said about the codes, such as those of UCUM.
  init?(_ valueSet: String, in schema: Schema) {
    switch valueSet {
    case "http://hl7.org/fhir/ValueSet/all-languages": self = .language
    case "http://hl7.org/fhir/ValueSet/mimetypes": self = .mediaType
    case "http://www.rfc-editor.org/bcp/bcp13.txt": self = .mediaType
    case "http://hl7.org/fhir/ValueSet/currencies": self = .currency
    default:
      guard let list = schema.requiredCodes(valueSet), list.isComplete else { return nil }
      self = .list(list)
    }
  }

  /// The canonical URL of the value set, for a message.
  var valueSet: String {
    switch self {
    case .list(let list): list.url
    case .language: "http://hl7.org/fhir/ValueSet/all-languages"
    case .mediaType: "http://hl7.org/fhir/ValueSet/mimetypes"
    case .currency: "http://hl7.org/fhir/ValueSet/currencies"
    }
  }

  /// Whether a code may stand alone, as in an element of type `code`.
  func holds(code: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .list(let list): list.contains(code: code)
    case .language: LanguageTag.isWellFormed(code)
    case .mediaType: MediaType.isWellFormed(code)
    case .currency: code.count == 3 && code.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
    }
  }

  /// Whether a code of a system may stand in a `Coding`.
  func holds(system: UnsafeRawBufferPointer, code: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .list(let list): list.contains(system: system, code: code)
    case .language: system.elementsEqual("urn:ietf:bcp:47".utf8) && holds(code: code)
    case .mediaType: system.elementsEqual("urn:ietf:bcp:13".utf8) && holds(code: code)
    case .currency: system.elementsEqual("urn:iso:std:iso:4217".utf8) && holds(code: code)
    }
  }

  /// The codes for a message, when they are few.
  var listed: [String] {
    guard case .list(let list) = self, list.codes.count <= 40 else { return [] }
    return list.codes.map(\.code)
  }
}

/// The form of a language tag, <https://www.rfc-editor.org/rfc/rfc5646#section-2.1>.
enum LanguageTag {
  /// Subtags of 1 to 8 letters or digits; the first of 2 to 8 letters, or `i` or `x` before others.
  static func isWellFormed(_ tag: UnsafeRawBufferPointer) -> Bool {
    var length = 0
    var subtags = 0
    var isLetters = true
    func isSubtag() -> Bool {
      guard (1...8).contains(length) else { return false }
      return subtags > 0 || isLetters
    }
    for byte in tag {
      if byte == UInt8(ascii: "-") {
        guard isSubtag() else { return false }
        subtags += 1
        length = 0
        continue
      }
      let letter = byte | 0x20
      let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
      guard isLetter || byte &- UInt8(ascii: "0") < 10 else { return false }
      if subtags == 0, !isLetter { isLetters = false }
      length += 1
    }
    return isSubtag() && (subtags > 0 || length > 1)
  }
}

/// The form of a media type, <https://www.rfc-editor.org/rfc/rfc6838#section-4.2>.
enum MediaType {
  /// FHIR's own short names for its formats, used in `CapabilityStatement.format`.
  private static let shortNames: [StaticString] = ["json", "xml", "ttl", "rdf"]

  /// `type/subtype` with parameters after `;`.
  static func isWellFormed(_ text: UnsafeRawBufferPointer) -> Bool {
    let end = text.firstIndex(of: UInt8(ascii: ";")) ?? text.count
    var slashes = 0
    var length = 0
    for byte in text[..<end] {
      if byte == UInt8(ascii: "/") {
        guard length > 0, slashes == 0 else { return false }
        slashes = 1
        length = 0
      } else {
        guard byte > 0x20, byte < 0x7F, !"()<>@,\"[]?=\\:".utf8.contains(byte) else { return false }
        length += 1
      }
    }
    if slashes == 1 { return length > 0 }
    return shortNames.contains { name in
      name.utf8CodeUnitCount == text.count
        && text.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: text.count))
    }
  }
}
