package import FHIR
import SwiftASN1

/// An SM2 signature: the numbers r and s, 32 bytes each, GB/T 32918.2-2016 §6.1.
package struct SM2Signature: Hashable, Sendable {
  package static let byteCount = 64

  /// r ‖ s, as devices and compact codes carry it.
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) throws(Anomaly) {
    guard bytes.count == Self.byteCount else {
      throw .incorrect(
        "An SM2 signature r ‖ s has 64 bytes, not \(bytes.count).",
        chinese: "SM2签名应为64字节，实为\(bytes.count)字节。")
    }
    self.bytes = bytes
  }

  /// Reads `SEQUENCE { r INTEGER, s INTEGER }`, GM/T 0009-2012 §7.3; strictly DER.
  package init(der: [UInt8]) throws(Anomaly) {
    bytes = try DERReading.reading("SM2 signature", chinese: "SM2签名") {
      try DERReading.sequence(DERReading.node(der)) { nodes in
        let r = try DERReading.number(&nodes)
        return r + (try DERReading.number(&nodes))
      }
    }
  }

  /// `SEQUENCE { r INTEGER, s INTEGER }`, as certificates carry it.
  package var der: [UInt8] {
    DERValue.sequence([.integer(bytes[..<32]), .integer(bytes[32...])]).bytes
  }
}
