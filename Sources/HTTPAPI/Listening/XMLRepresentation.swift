import FHIR
import FHIRXML

extension Endpoint {
  /// Reads a resource from XML, as if it had been sent in JSON.
  func readXML(_ bytes: [UInt8]) throws(Anomaly) -> JSONDocument {
    try JSONDocument.parse(xml: bytes)
  }

  /// The XML of a resource, from its JSON text.
  func writeXML(_ bytes: [UInt8]) throws(Anomaly) -> [UInt8] {
    try JSONDocument.parse(bytes).xml()
  }
}
