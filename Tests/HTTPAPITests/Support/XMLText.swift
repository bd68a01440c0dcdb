import FHIR
import FHIRXML

/// Resources as XML in tests.
enum XMLText {
  static func of(_ document: JSONDocument) throws -> [UInt8] { try document.xml() }

  static func json(_ xml: [UInt8]) throws -> JSON { JSON(try JSONDocument.parse(xml: xml)) }
}
