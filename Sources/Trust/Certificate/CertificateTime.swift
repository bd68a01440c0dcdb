import FHIR
import SwiftASN1

/// The moments in certificates: in seconds, two digits of the year until 2049. RFC 5280 §4.1.2.5.
enum CertificateTime {
  static func value(_ moment: Instant) -> DERValue {
    let text = moment.text.prefix(19).filter(\.isNumber) + "Z"
    let isShort = ("1950"..."2049").contains(text.prefix(4))
    return DERValue(
      tag: isShort ? 0x17 : 0x18, content: Array(text.utf8.dropFirst(isShort ? 2 : 0)))
  }

  static func read(_ node: ASN1Node?) throws -> Instant {
    guard let node else { throw ASN1Error.invalidASN1Object(reason: "a time is expected") }
    if node.identifier == .utcTime {
      let time = try UTCTime(derEncoded: node)
      return instant(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }
    let time = try GeneralizedTime(derEncoded: node)
    return instant(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
  }

  private static func instant(
    _ year: Int, _ month: Int, _ day: Int, _ hours: Int, _ minutes: Int, _ seconds: Int
  ) -> Instant {
    let days = Int64(Calendar.day(year, month, day))
    let second = Int64(hours * 3600 + minutes * 60 + seconds)
    return Instant(milliseconds: days * Calendar.millisecondsInDay + second * 1000)
  }
}
