import FHIR

extension Endpoint {
  func readXML(_ bytes: [UInt8]) throws(Anomaly) -> JSONDocument {
    throw .unsupported("XML is not read yet")
  }
  func writeXML(_ bytes: [UInt8]) throws(Anomaly) -> [UInt8] {
    throw .unsupported("XML is not read yet")
  }
}
