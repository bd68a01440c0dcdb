import FHIR
import SwiftASN1

/// A value in the distinguished encoding rules of ASN.1, ready to be written. ITU-T X.690 §10.
///
/// Writing cannot fail, so it needs no parser's machinery; reading is `SwiftASN1`'s.
struct DERValue: Hashable, Sendable {
  /// Tag, length and content.
  let bytes: [UInt8]

  /// A value that is encoded already.
  init(encoded bytes: [UInt8]) { self.bytes = bytes }

  /// X.690 §8.1: the length is told in one byte, or in as few as it needs behind their number.
  init(tag: UInt8, content: [UInt8]) {
    var length: [UInt8] = [UInt8(truncatingIfNeeded: content.count)]
    if content.count >= 0x80 {
      length = withUnsafeBytes(of: content.count.bigEndian) { Array($0.drop { $0 == 0 }) }
      length.insert(0x80 | UInt8(length.count), at: 0)
    }
    bytes = [tag] + length + content
  }

  static func sequence(_ items: [DERValue]) -> DERValue {
    DERValue(tag: 0x30, content: items.flatMap(\.bytes))
  }

  /// A set of one, as names have it.
  static func set(_ item: DERValue) -> DERValue { DERValue(tag: 0x31, content: item.bytes) }

  /// A number that is not negative, most significant byte first.
  static func integer(_ magnitude: some Collection<UInt8>) -> DERValue {
    var content = Array(magnitude.drop { $0 == 0 })
    if content.first.map({ $0 >= 0x80 }) ?? true { content.insert(0, at: 0) }
    return DERValue(tag: 0x02, content: content)
  }

  static func octets(_ content: [UInt8]) -> DERValue { DERValue(tag: 0x04, content: content) }

  /// A bit string of whole bytes.
  static func bits(_ content: [UInt8]) -> DERValue {
    DERValue(tag: 0x03, content: [0] + content)
  }

  static let yes = DERValue(tag: 0x01, content: [0xFF])

  /// The context-specific constructed tag `[number]`.
  static func tagged(_ number: UInt8, _ item: DERValue) -> DERValue {
    DERValue(tag: 0xA0 | number, content: item.bytes)
  }
}

/// Reading of DER, with every failure told as an `Anomaly` that names what was read.
enum DERReading {
  /// The longest value that is parsed.
  static let largestByteCount = 16 << 20

  static func reading<Result>(
    _ name: String, chinese: String, _ body: () throws -> Result
  ) throws(Anomaly) -> Result {
    do {
      return try body()
    } catch let anomaly as Anomaly {
      throw anomaly
    } catch {
      throw .incorrect(
        "This is no \(name): \(error).", chinese: "不是有效的\(chinese)。", code: .structure)
    }
  }

  /// Parses bytes of a bounded length.
  static func node(_ der: [UInt8]) throws -> ASN1Node {
    guard der.count <= largestByteCount else {
      throw Anomaly.incorrect(
        "\(der.count) bytes of DER are too many.", chinese: "DER数据过长。", code: .tooLong)
    }
    return try DER.parse(der)
  }

  /// The items of a sequence, all of which must be read.
  static func sequence<Result>(
    _ node: ASN1Node?, _ read: (inout ASN1NodeCollection.Iterator) throws -> Result
  ) throws -> Result {
    guard let node else { throw ASN1Error.invalidASN1Object(reason: "a sequence is missing") }
    return try DER.sequence(node, identifier: .sequence, read)
  }

  /// A bit string of whole bytes; unused bits, which no signature covers, are refused.
  static func bits(_ nodes: inout ASN1NodeCollection.Iterator) throws -> [UInt8] {
    let bits = try ASN1BitString(derEncoded: &nodes)
    guard bits.paddingBits == 0 else {
      throw ASN1Error.invalidASN1Object(reason: "a key or signature with unused bits")
    }
    return Array(bits.bytes)
  }

  /// The next item, a number of at most 32 bytes that is not negative, filled up to 32.
  static func number(_ nodes: inout ASN1NodeCollection.Iterator) throws -> [UInt8] {
    let magnitude = try ArraySlice<UInt8>(derEncoded: &nodes)
    guard magnitude.count <= 32 else {
      throw Anomaly.incorrect("A number of SM2 has at most 32 bytes.", chinese: "SM2数值超过32字节。")
    }
    return Array(repeating: 0, count: 32 - magnitude.count) + magnitude
  }
}
