package import FHIR

/// Where a text stands in the block of a code system.
struct Span: Sendable {
  var start: UInt32 = 0
  var count: UInt32 = 0
}

/// One concept of a code system: where its texts stand and where what belongs to it begins.
struct Concept: Sendable {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt8
    /// Not to be chosen: `notSelectable`.
    static let abstract = Flags(rawValue: 1)
    /// Not to be used any more: `inactive`, or a status that says so.
    static let inactive = Flags(rawValue: 2)
  }

  var code = Span()
  var display = Span()
  var definition = Span()
  /// The concept in which this one is nested; -1 for none.
  var parent: Int32 = -1
  var firstDesignation: UInt32 = 0
  var firstProperty: UInt32 = 0
  var flags = Flags()
}

/// Another name of a concept.
///
/// <https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.concept.designation>
package struct Designation: Sendable, Hashable {
  package var language: String?
  package var use: JSON?
  package var value: String
  package var extensions: JSON?
  /// The supplement that it comes from.
  package var source: String?
}

/// What a code system lets its concepts say.
package struct PropertyDefinition: Sendable {
  package var code: String
  package var uri: String?
  package var type: String?
}

/// What a concept says of itself.
package struct ConceptProperty: Sendable {
  package var code: String
  package var value: PropertyValue
}

/// The value of a property, with its type.
/// <https://hl7.org/fhir/R4/valueset-concept-property-type.html>
package struct PropertyValue: Sendable, Hashable {
  /// The name of the element, such as `valueCode`.
  package var element: String
  package var json: JSON

  /// The value as a filter compares it.
  package var text: String {
    switch json {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    default: json["code"]?.string ?? ""
    }
  }

  package init(element: String, json: JSON) {
    self.element = element
    self.json = json
  }
}

/// From when until when something holds; open where an end is missing.
package struct EffectivePeriod: Sendable, Hashable {
  /// As written, such as `2020-01-01`; texts of the same form compare as dates do.
  package var start: String?
  package var end: String?

  package init(start: String? = nil, end: String? = nil) {
    self.start = start
    self.end = end
  }

  /// Whether a date lies in it; of a date and an end with more digits the common ones count.
  package func contains(_ date: String) -> Bool {
    if let start, !Self.isOrdered(start, date) { return false }
    if let end, !Self.isOrdered(date, end) { return false }
    return true
  }

  private static func isOrdered(_ first: String, _ second: String) -> Bool {
    let length = min(first.utf8.count, second.utf8.count, dayLength)
    return first.utf8.prefix(length).lexicographicallyPrecedes(second.utf8.prefix(length))
      || first.utf8.prefix(length).elementsEqual(second.utf8.prefix(length))
  }

  /// `YYYY-MM-DD`
  private static let dayLength = 10
}
