package import FHIR

/// The distinguishing identifier of a signer, which the value ZA binds to the signature.
///
/// GB/T 32918.2-2016 §5.5: its length in bits is told in two bytes.
package struct SM2UserID: Hashable, Sendable {
  /// The longest identifier whose bits two bytes can count.
  package static let largestByteCount = 8191

  /// The identifier where none is agreed, GM/T 0009-2012 §10 and RFC 8998 §3.2.1.
  package static let standard = SM2UserID(checked: Array("1234567812345678".utf8))

  package let bytes: [UInt8]

  private init(checked bytes: [UInt8]) { self.bytes = bytes }

  package init(_ bytes: [UInt8]) throws(Anomaly) {
    guard (1...Self.largestByteCount).contains(bytes.count) else {
      throw .incorrect(
        "An SM2 user id has 1 to 8191 bytes, not \(bytes.count).",
        chinese: "SM2用户标识应为1至8191字节，实为\(bytes.count)字节。")
    }
    self.bytes = bytes
  }
}
