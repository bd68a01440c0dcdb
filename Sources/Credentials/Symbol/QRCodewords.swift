/// The code words of a symbol: data in byte mode, padded, corrected, interleaved.
enum QRCodewords {
  /// ISO/IEC 18004:2015 §7.4.5, §7.4.10 and §7.6.
  static func words(of bytes: [UInt8], in version: QRVersion) -> [UInt8] {
    let blocks = blocks(of: data(bytes, version), version)
    let longest = blocks.map(\.data.count).max() ?? 0
    var words: [UInt8] = []
    words.reserveCapacity(version.codewordCount)
    for place in 0..<longest {
      for block in blocks where place < block.data.count { words.append(block.data[place]) }
    }
    for place in 0..<version.correctionCount {
      for block in blocks { words.append(block.correction[place]) }
    }
    return words
  }

  /// Mode 0100, the count, the bytes, a terminator of four bits, pads.
  private static func data(_ bytes: [UInt8], _ version: QRVersion) -> [UInt8] {
    // The header of 12 or 20 bits puts every byte half a byte off.
    var nibbles: [UInt8] = [4]
    for shift in stride(from: version.countBits - 4, through: 0, by: -4) {
      nibbles.append(UInt8(bytes.count >> shift & 15))
    }
    for byte in bytes {
      nibbles.append(byte >> 4)
      nibbles.append(byte & 15)
    }
    nibbles.append(0)
    var words = stride(from: 0, to: nibbles.count - 1, by: 2).map {
      nibbles[$0] << 4 | nibbles[$0 + 1]
    }
    words = Array(words.prefix(version.dataCount))
    var pad: UInt8 = 0xEC
    while words.count < version.dataCount {
      words.append(pad)
      pad ^= 0xEC ^ 0x11
    }
    return words
  }

  /// The last blocks are one word longer when the words do not go up evenly.
  private static func blocks(
    of words: [UInt8], _ version: QRVersion
  ) -> [(data: [UInt8], correction: [UInt8])] {
    let divisor = ReedSolomon.divisor(degree: version.correctionCount)
    let (short, longCount) = words.count.quotientAndRemainder(dividingBy: version.blockCount)
    var start = 0
    return (0..<version.blockCount).map { block in
      let count = short + (block >= version.blockCount - longCount ? 1 : 0)
      defer { start += count }
      let data = Array(words[start..<(start + count)])
      return (data, ReedSolomon.remainder(of: data[...], by: divisor))
    }
  }
}

/// Error correction over GF(2⁸) with the polynomial 0x11D, ISO/IEC 18004:2015 §7.5.
enum ReedSolomon {
  static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var product: UInt8 = 0
    for bit in (0..<8).reversed() {
      product = product << 1 ^ (product & 0x80 != 0 ? 0x1D : 0)
      if right >> bit & 1 != 0 { product ^= left }
    }
    return product
  }

  /// The generator polynomial (x − 1)(x − 2)(x − 4)… without its highest term, annex A.
  static func divisor(degree: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: degree - 1) + [1]
    var root: UInt8 = 1
    for _ in 0..<degree {
      for place in result.indices {
        result[place] = product(result[place], root)
        if place + 1 < result.count { result[place] ^= result[place + 1] }
      }
      root = product(root, 2)
    }
    return result
  }

  static func remainder(of data: ArraySlice<UInt8>, by divisor: [UInt8]) -> [UInt8] {
    var rest = [UInt8](repeating: 0, count: divisor.count)
    for byte in data {
      let factor = byte ^ rest.removeFirst()
      rest.append(0)
      for place in rest.indices { rest[place] ^= product(divisor[place], factor) }
    }
    return rest
  }
}
