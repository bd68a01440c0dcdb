import FHIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Turns the bytes of a text file into UTF-8: published lists are often in the national encoding.
///
/// GB 18030-2022, of which GBK and GB 2312 are parts.
enum TextEncoding {
  static func decode(_ bytes: [UInt8]) throws(Anomaly) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return try utf8(Array(bytes.dropFirst(3))) }
    if bytes.starts(with: [0xFF, 0xFE]) {
      return try convert(Array(bytes.dropFirst(2)), from: "UTF-16LE")
    }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return try convert(Array(bytes.dropFirst(2)), from: "UTF-16BE")
    }
    if String(validating: bytes, as: UTF8.self) != nil { return bytes }
    return try convert(bytes, from: "GB18030")
  }

  private static func utf8(_ bytes: [UInt8]) throws(Anomaly) -> [UInt8] {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw unreadable("UTF-8") }
    return bytes
  }

  private static func convert(_ bytes: [UInt8], from encoding: String) throws(Anomaly) -> [UInt8] {
    let converter = iconv_open("UTF-8", encoding)
    guard converter != iconv_t(bitPattern: -1) else {
      throw .fault("The encoding \(encoding) is not known to this system")
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    // A character of two bytes or more becomes three or four.
    var output = [CChar](repeating: 0, count: bytes.count * 3 + 16)
    let room = output.count
    var left = room
    let isWhole = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var into = target.baseAddress
        var waiting = source.count
        let result = iconv(converter, &from, &waiting, &into, &left)
        return result != -1 && waiting == 0
      }
    }
    guard isWhole else { throw unreadable(encoding) }
    return output[..<(room - left)].map { UInt8(bitPattern: $0) }
  }

  private static func unreadable(_ encoding: String) -> Anomaly {
    .incorrect(
      "The text is neither UTF-8 nor \(encoding)", chinese: "文本不是 UTF-8,也不是 \(encoding)",
      code: .structure)
  }
}
