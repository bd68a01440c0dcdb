/// What a certificate is for; its key usage follows.
package enum CertificateProfile: Hashable, Sendable {
  /// An authority that issues certificates; so many authorities may stand below it.
  case authority(pathLength: Int)
  /// Signs dynamic health codes and the list of cards that are not accepted.
  case healthCode
  /// A terminal 终端 that reads cards and codes.
  case terminal
  /// A practitioner who signs records 医务人员签名证书.
  case practitioner
  /// An institution or a node of the platform 机构证书.
  case institution

  /// RFC 5280 §4.2.1.3.
  package var usage: KeyUsage {
    switch self {
    case .authority: [.keyCertSign, .crlSign]
    case .healthCode, .terminal: [.digitalSignature]
    case .practitioner: [.digitalSignature, .nonRepudiation]
    case .institution: [.digitalSignature, .nonRepudiation, .keyEncipherment]
    }
  }

  /// The one purpose that the certificate proves, RFC 5280 §4.2.1.12; nil for authorities.
  ///
  /// A purpose without a registered identifier has one below a UUID of the project.
  package var purpose: OID? {
    switch self {
    case .authority: nil
    case .healthCode: OID(2, 25, Self.project, 1)
    case .terminal: OID(2, 25, Self.project, 2)
    case .practitioner: OID(2, 25, Self.project, 3)
    case .institution: OID(2, 25, Self.project, 4)
    }
  }

  /// 5f1b8c1e-0a53-4d0e-9c6b-4b8e3f9a7d21, ITU-T X.667.
  private static let project: UInt128 = 0x5f1b_8c1e_0a53_4d0e_9c6b_4b8e_3f9a_7d21
}

/// What a certified key may do, RFC 5280 §4.2.1.3; bit 0 is the first of the bit string.
package struct KeyUsage: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
  package static let nonRepudiation = KeyUsage(rawValue: 1 << 1)
  package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
  package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
  package static let crlSign = KeyUsage(rawValue: 1 << 6)

  /// As a named bit list: no zero bits at its end, X.690 §11.2.2.
  var value: DERValue {
    var bytes: [UInt8] = [0, 0]
    for bit in 0..<16 where rawValue & 1 << bit != 0 { bytes[bit / 8] |= 0x80 >> (bit % 8) }
    while bytes.last == 0 { bytes.removeLast() }
    let unused = UInt8(bytes.last?.trailingZeroBitCount ?? 0)
    return DERValue(tag: 0x03, content: [unused] + bytes)
  }

  init(bits: ArraySlice<UInt8>) {
    var raw: UInt16 = 0
    for (place, byte) in bits.prefix(2).enumerated() {
      for bit in 0..<8 where byte & 0x80 >> bit != 0 { raw |= 1 << (place * 8 + bit) }
    }
    rawValue = raw
  }
}
