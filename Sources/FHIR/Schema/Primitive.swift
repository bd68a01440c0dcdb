/// The primitive types, <https://hl7.org/fhir/R4/datatypes.html#primitive>, with `xhtml`.
package enum Primitive: UInt8, CaseIterable, Sendable {
  case boolean, integer, string, decimal, uri, url, canonical, base64Binary, instant, date
  case dateTime, time, code, oid, id, markdown, unsignedInt, positiveInt, uuid, xhtml

  /// The FHIRPath type of the value, <https://hl7.org/fhir/R4/fhirpath.html#types>.
  package var system: SystemType {
    switch self {
    case .boolean: .boolean
    case .integer, .unsignedInt, .positiveInt: .integer
    case .decimal: .decimal
    case .date: .date
    case .dateTime, .instant: .dateTime
    case .time: .time
    case .string, .uri, .url, .canonical, .base64Binary, .code, .oid, .id, .markdown, .uuid, .xhtml:
      .string
    }
  }
}

/// The types of FHIRPath's own literals, <https://hl7.org/fhirpath/N1/#literals>.
package enum SystemType: String, Sendable {
  case boolean = "Boolean"
  case string = "String"
  case integer = "Integer"
  case decimal = "Decimal"
  case date = "Date"
  case dateTime = "DateTime"
  case time = "Time"
}
