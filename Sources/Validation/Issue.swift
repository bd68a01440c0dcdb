package import FHIR

/// A finding about one element of a resource, for a person in English and Chinese.
package struct Issue: Hashable, Sendable {
  package var severity: IssueSeverity
  package var code: IssueType
  /// The element meant, as FHIRPath: `Patient.name[0].given[1]`.
  package var expression: String
  package var message: String
  package var chinese: String
  /// Where the element begins in the JSON text, in bytes.
  package var offset: Int
  /// Counted from 1; 0 until the place is looked up.
  package var line = 0
  /// Counted from 1 in characters; 0 until the place is looked up.
  package var column = 0

  package init(
    _ severity: IssueSeverity, _ code: IssueType, at expression: String, offset: Int = 0,
    _ message: String, _ chinese: String
  ) {
    self.severity = severity
    self.code = code
    self.expression = expression
    self.message = message
    self.chinese = chinese
    self.offset = offset
  }

  /// Whether the resource is invalid for it.
  package var isError: Bool { severity == .error || severity == .fatal }
}

extension [Issue] {
  /// Whether nothing in it makes the resource invalid.
  package var areValid: Bool { !contains { $0.isError } }

  /// Looks up line and column of all issues in one pass over the text.
  mutating func locate(in text: UnsafeRawBufferPointer) {
    var line = 1
    var column = 1
    var position = 0
    for index in indices.sorted(by: { self[$0].offset < self[$1].offset }) {
      let offset = Swift.min(self[index].offset, text.count)
      while position < offset {
        if text[position] == UInt8(ascii: "\n") {
          line += 1
          column = 1
        } else if text[position] & 0xC0 != 0x80 {
          column += 1
        }
        position += 1
      }
      self[index].line = line
      self[index].column = column
    }
  }
}
