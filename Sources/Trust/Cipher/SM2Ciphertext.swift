package import FHIR
import SwiftASN1

/// What SM2 encryption makes: a point C1, the cipher text C2 and a hash C3.
package struct SM2Ciphertext: Hashable, Sendable {
  /// The longest plain text of one SM2 encryption; longer texts go under an SM4 key.
  package static let largestPlaintextByteCount = 1 << 20

  /// x ‖ y of C1, 64 bytes.
  package let point: [UInt8]
  /// C3, 32 bytes.
  package let hash: [UInt8]
  /// C2, as long as the plain text.
  package let text: [UInt8]

  /// Which of C2 and C3 comes first.
  package enum Order: Hashable, Sendable {
    /// C1 ‖ C3 ‖ C2, GB/T 32918.4-2016.
    case hashFirst
    /// C1 ‖ C2 ‖ C3, as devices before 2016 write it.
    case textFirst
  }

  /// Reads the concatenated form; C1 begins with 04.
  package init(_ bytes: [UInt8], order: Order = .hashFirst) throws(Anomaly) {
    guard bytes.count > 97, bytes.count - 97 <= Self.largestPlaintextByteCount,
      bytes.first == 4
    else {
      throw .incorrect(
        "An SM2 cipher text is 04 ‖ x ‖ y, a hash of 32 bytes and a text.",
        chinese: "SM2密文应由04‖x‖y、32字节杂凑值和密文组成。")
    }
    point = Array(bytes[1..<65])
    switch order {
    case .hashFirst:
      hash = Array(bytes[65..<97])
      text = Array(bytes[97...])
    case .textFirst:
      hash = Array(bytes.suffix(32))
      text = Array(bytes[65..<(bytes.count - 32)])
    }
  }

  /// Reads `SEQUENCE { x, y INTEGER, hash, text OCTET STRING }`, GM/T 0009-2012 §7.2.
  package init(der: [UInt8]) throws(Anomaly) {
    guard der.count <= Self.largestPlaintextByteCount + 128 else {
      throw .incorrect("The SM2 cipher text is too long.", chinese: "SM2密文过长。", code: .tooLong)
    }
    let parts = try DERReading.reading("SM2 cipher text", chinese: "SM2密文") {
      try DERReading.sequence(DERReading.node(der)) { nodes in
        let x = try DERReading.number(&nodes)
        let y = try DERReading.number(&nodes)
        let hash = try ASN1OctetString(derEncoded: &nodes)
        return (x + y, Array(hash.bytes), Array(try ASN1OctetString(derEncoded: &nodes).bytes))
      }
    }
    guard parts.1.count == 32 else {
      throw .incorrect(
        "The hash in an SM2 cipher text has 32 bytes.", chinese: "SM2密文中的杂凑值应为32字节。")
    }
    (point, hash, text) = parts
  }

  /// The concatenated form.
  package func bytes(order: Order = .hashFirst) -> [UInt8] {
    [4] + point + (order == .hashFirst ? hash + text : text + hash)
  }

  package var der: [UInt8] {
    DERValue.sequence([
      .integer(point[..<32]), .integer(point[32...]), .octets(hash), .octets(text),
    ]).bytes
  }
}
