package import FHIR

/// Receives an XML text as `XMLEvents` reads it, for formats beyond this module.
package protocol XMLReceiver: AnyObject {
  func start(
    _ name: XMLName, _ attributes: XMLAttributes, in text: XMLEvents
  ) throws(Anomaly)
  func end(in text: XMLEvents) throws(Anomaly)
  func text(_ bytes: UnsafeRawBufferPointer, in text: XMLEvents) throws(Anomaly)
}

extension XMLReceiver {
  package func end(in text: XMLEvents) throws(Anomaly) {}
  package func text(_ bytes: UnsafeRawBufferPointer, in text: XMLEvents) throws(Anomaly) {}

  /// Reads a whole text; the first anomaly ends the reading.
  package func read(_ bytes: [UInt8], limits: XMLLimits) throws(Anomaly) {
    try XMLHanding(self).read(bytes, limits: limits)
  }
}

/// Hands every event on.
private final class XMLHanding: XMLEvents {
  private let receiver: any XMLReceiver

  init(_ receiver: any XMLReceiver) { self.receiver = receiver }

  override func start(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {
    try receiver.start(name, attributes, in: self)
  }

  override func end() throws(Anomaly) { try receiver.end(in: self) }

  override func text(_ bytes: UnsafeRawBufferPointer) throws(Anomaly) {
    try receiver.text(bytes, in: self)
  }
}
