import FHIR

/// Values on a tape against the fixed values and patterns of profiles.
enum JSONMatch {
  /// Whether a value is the same: the same members, items and texts.
  ///
  /// <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.fixed_x_>
  static func equals(_ cursor: JSONCursor, _ expected: JSON) -> Bool {
    switch expected {
    case .object(let object):
      guard cursor.kind == .object, cursor.count == object.members.count else { return false }
      return object.members.allSatisfy { member in
        cursor.member(member.name).map { equals($0, member.value) } ?? false
      }
    case .array(let items):
      guard cursor.kind == .array, cursor.count == items.count else { return false }
      return zip(cursor.children, items).allSatisfy { equals($0, $1) }
    default: return isSame(cursor, expected)
    }
  }

  /// Whether a value has all that the pattern has.
  ///
  /// <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.pattern_x_>
  static func holds(_ cursor: JSONCursor, _ pattern: JSON) -> Bool {
    switch pattern {
    case .object(let object):
      return object.members.allSatisfy { member in
        cursor.member(member.name).map { holds($0, member.value) } ?? false
      }
    case .array(let items):
      guard cursor.kind == .array else { return false }
      return items.allSatisfy { item in cursor.children.contains { holds($0, item) } }
    default: return isSame(cursor, pattern)
    }
  }

  private static func isSame(_ cursor: JSONCursor, _ expected: JSON) -> Bool {
    switch expected {
    case .null: cursor.kind == .null
    case .bool(let value): cursor.bool == value
    case .string(let value): cursor.string == value
    case .number(let text):
      cursor.kind == .number
        && (cursor.raw.elementsEqual(text.utf8) || isEqual(cursor, ExactDecimal(text)))
    case .array, .object: false
    }
  }

  private static func isEqual(_ cursor: JSONCursor, _ number: ExactDecimal?) -> Bool {
    guard let number, let value = ExactDecimal(parsing: cursor.raw) else { return false }
    return value == number
  }
}
