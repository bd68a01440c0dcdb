package import FHIR
package import Trust

/// A dynamic code of an electronic health card 电子健康卡动态码: signed, short-lived, used once.
///
/// Its text is `id:type:token`, the national form with a third field. The token is the base 64 of
/// a body — version, key, time, life, nonce — and an SM2 signature over everything before it. It
/// tells the card's number and nothing else of the person.
package struct HealthCode: Hashable, Sendable {
  /// The most characters of a health card's id.
  package static let longestID = 64
  package static let nonceByteCount = 12
  package static let keyIdentifierByteCount = 8
  /// The longest text that is read.
  package static let longestText = 256

  /// The version of the body.
  static let format: UInt8 = 1
  private static let bodyByteCount = 1 + keyIdentifierByteCount + 5 + 2 + nonceByteCount

  /// The id of the electronic health card; no identity number.
  package let healthCardID: String
  package let type: String
  /// Which certificate's key has signed.
  package let keyIdentifier: [UInt8]
  /// In whole seconds.
  package let issued: Instant
  package let lifetimeInSeconds: UInt16
  package let nonce: [UInt8]
  package let signature: SM2Signature

  /// The first moment at which the code is of no use.
  package var expires: Instant {
    Instant(milliseconds: issued.milliseconds + Int64(lifetimeInSeconds) * 1000)
  }

  /// The card, the type and the body: what is signed, behind a word of its own.
  let statement: [UInt8]

  /// Signs a code.
  ///
  /// - Parameter nonce: 12 random bytes, never used before.
  package init(
    for healthCardID: String, issued: Instant, nonce: [UInt8], by certificate: Certificate,
    _ key: any PrivateKey, _ settings: HealthCodeSettings = HealthCodeSettings()
  ) throws(Anomaly) {
    guard Self.isID(healthCardID), nonce.count == Self.nonceByteCount,
      certificate.publicKeyPoint == key.publicKey.point, issued.milliseconds >= 0
    else {
      throw .incorrect(
        "A health code needs a card id of 1 to 64 letters, digits, - . or _, and 12 random bytes.",
        chinese: "健康码需要1至64位的卡标识（字母、数字、-._）和12字节随机数。")
    }
    self.healthCardID = healthCardID
    type = settings.dynamicType
    keyIdentifier = Self.keyIdentifier(of: certificate)
    self.issued = Instant(milliseconds: issued.milliseconds / 1000 * 1000)
    lifetimeInSeconds = settings.lifetimeInSeconds
    self.nonce = nonce
    let body =
      [Self.format] + keyIdentifier + Self.bytes(UInt64(issued.milliseconds / 1000), 5)
      + Self.bytes(UInt64(lifetimeInSeconds), 2) + nonce
    statement = Self.statement("\(healthCardID):\(type):", body)
    signature = try key.sign(statement, by: .standard)
  }

  /// Reads a text; nil for what is no dynamic code. Nothing is believed of it yet.
  package init?(parsing text: String) {
    let fields = text.utf8.split(
      separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
    guard text.utf8.count <= Self.longestText, fields.count == 3,
      let token = Base64URL.bytes(fields[2]),
      token.count == Self.bodyByteCount + SM2Signature.byteCount, token[0] == Self.format
    else { return nil }
    healthCardID = String(decoding: fields[0], as: UTF8.self)
    type = String(decoding: fields[1], as: UTF8.self)
    guard Self.isID(healthCardID) else { return nil }
    let body = Array(token.prefix(Self.bodyByteCount))
    keyIdentifier = Array(body[1..<9])
    let seconds = body[9..<14].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    issued = Instant(milliseconds: seconds * 1000)
    guard issued.milliseconds == seconds * 1000 else { return nil }
    lifetimeInSeconds = UInt16(body[14]) << 8 | UInt16(body[15])
    nonce = Array(body[16...])
    do { signature = try SM2Signature(Array(token.suffix(SM2Signature.byteCount))) } catch {
      return nil
    }
    statement = Self.statement("\(healthCardID):\(type):", body)
  }

  /// The text that the symbol shows.
  package var text: String {
    let prefix = Self.domain.count + healthCardID.utf8.count + type.utf8.count + 2
    return
      "\(healthCardID):\(type):\(Base64URL.text(statement.dropFirst(prefix) + signature.bytes))"
  }

  private static let domain = Array("health-card dynamic code\u{0}".utf8)

  private static func statement(_ prefix: String, _ body: [UInt8]) -> [UInt8] {
    domain + Array(prefix.utf8) + body
  }

  /// The beginning of the certified key's identifier.
  static func keyIdentifier(of certificate: Certificate) -> [UInt8] {
    Array(certificate.extensions.subjectKeyIdentifier.prefix(keyIdentifierByteCount))
  }

  static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
  }

  private static func isID(_ text: String) -> Bool {
    (1...longestID).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
