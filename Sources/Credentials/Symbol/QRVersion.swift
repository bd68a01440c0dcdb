/// The size of a QR Code symbol and what it holds at error correction level M. ISO/IEC 18004:2015.
struct QRVersion: Hashable, Sendable {
  static let largest = QRVersion(number: 40)

  /// 1 to 40.
  let number: Int

  /// Modules of one side, §6.1.
  var size: Int { 17 + 4 * number }

  /// Error correction code words of each block at level M, table 9.
  private static let correctionCounts: [Int] = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ]

  /// Blocks at level M, table 9.
  private static let blockCounts: [Int] = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ]

  var correctionCount: Int { Self.correctionCounts[number - 1] }
  var blockCount: Int { Self.blockCounts[number - 1] }

  /// Code words of the whole symbol: the modules that no pattern takes, in bytes; table 1.
  var codewordCount: Int {
    var modules = (16 * number + 128) * number + 64
    if number >= 2 {
      let alignments = number / 7 + 2
      modules -= (25 * alignments - 10) * alignments - 55
    }
    if number >= 7 { modules -= 36 }
    return modules / 8
  }

  /// Code words that carry data.
  var dataCount: Int { codewordCount - correctionCount * blockCount }

  /// Bits of the number of bytes in byte mode, table 3.
  var countBits: Int { number < 10 ? 8 : 16 }

  /// The most bytes in byte mode, table 7.
  var byteCapacity: Int { (dataCount * 8 - 4 - countBits) / 8 }

  /// The smallest version that holds so many bytes; nil when none does.
  static func fitting(byteCount: Int) -> QRVersion? {
    (1...largest.number).lazy.map(QRVersion.init).first { $0.byteCapacity >= byteCount }
  }

  /// The rows and columns of the centres of alignment patterns, annex E.
  var alignmentCentres: [Int] {
    guard number >= 2 else { return [] }
    let count = number / 7 + 2
    // Version 32 is the one whose step the rule does not give.
    let step = number == 32 ? 26 : (number * 4 + count * 2 + 1) / (count * 2 - 2) * 2
    let last = size - 7
    return [6] + (0..<(count - 1)).map { last - (count - 2 - $0) * step }
  }
}
