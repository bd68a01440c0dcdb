/// The modules of a symbol while it is drawn: function patterns first, then code words.
struct QRCanvas: Sendable {
  let version: QRVersion
  let size: Int
  private(set) var modules: [Bool]
  /// Modules of function patterns and format information, which no mask turns.
  private var isReserved: [Bool]

  /// ISO/IEC 18004:2015 §6.3.
  init(_ version: QRVersion) {
    self.version = version
    size = version.size
    modules = Array(repeating: false, count: size * size)
    isReserved = modules
    for place in 0..<size {
      set(6, place, place % 2 == 0)
      set(place, 6, place % 2 == 0)
    }
    drawAlignments()
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { drawFinder(row, column) }
    drawFormat(0)
    drawVersion()
  }

  subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

  private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
    modules[row * size + column] = isDark
    isReserved[row * size + column] = true
  }

  /// A finder pattern with its separator, §6.3.3 and §6.3.4.
  private mutating func drawFinder(_ row: Int, _ column: Int) {
    for down in -4...4 {
      for right in -4...4 {
        let (y, x) = (row + down, column + right)
        guard (0..<size).contains(y), (0..<size).contains(x) else { continue }
        let ring = max(abs(down), abs(right))
        set(y, x, ring != 2 && ring != 4)
      }
    }
  }

  /// Alignment patterns wherever no finder pattern is, §6.3.6.
  private mutating func drawAlignments() {
    let centres = version.alignmentCentres
    guard let last = centres.last else { return }
    for row in centres {
      for column in centres {
        let isFinder =
          row == 6 && (column == 6 || column == last) || row == last && column == 6
        guard !isFinder else { continue }
        for down in -2...2 {
          for right in -2...2 {
            set(row + down, column + right, max(abs(down), abs(right)) != 1)
          }
        }
      }
    }
  }

  /// Level M (00) and the mask, protected by a BCH code, twice; and the dark module. §7.9.
  private mutating func drawFormat(_ mask: Int) {
    var rest = mask
    for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
    let bits = (mask << 10 | rest) ^ 0x5412
    for place in 0..<15 {
      let isDark = bits >> place & 1 != 0
      switch place {
      case 0...5: set(place, 8, isDark)
      case 6: set(7, 8, isDark)
      case 7: set(8, 8, isDark)
      case 8: set(8, 7, isDark)
      default: set(8, 14 - place, isDark)
      }
      if place < 8 {
        set(8, size - 1 - place, isDark)
      } else {
        set(size - 15 + place, 8, isDark)
      }
    }
    set(size - 8, 8, true)
  }

  /// The version, protected by a Golay code, from version 7 on. §7.10.
  private mutating func drawVersion() {
    guard version.number >= 7 else { return }
    var rest = version.number
    for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
    let bits = version.number << 12 | rest
    for place in 0..<18 {
      let isDark = bits >> place & 1 != 0
      let (long, short) = (size - 11 + place % 3, place / 3)
      set(short, long, isDark)
      set(long, short, isDark)
    }
  }

  /// Writes the code words in columns of two, upwards and downwards from the right. §7.7.3.
  mutating func place(_ words: [UInt8]) {
    var bit = 0
    var right = size - 1
    while right >= 1 {
      if right == 6 { right = 5 }
      for step in 0..<size {
        for column in [right, right - 1] {
          let row = (right + 1) & 2 == 0 ? size - 1 - step : step
          guard !isReserved[row * size + column], bit < words.count * 8 else { continue }
          modules[row * size + column] = words[bit >> 3] >> (7 - bit & 7) & 1 != 0
          bit += 1
        }
      }
      right -= 2
    }
  }

  /// The symbol with a mask over its code words and in its format information. §7.8.2, table 10.
  func masked(_ mask: Int) -> QRCanvas {
    var canvas = self
    for row in 0..<size {
      for column in 0..<size where !isReserved[row * size + column] {
        if Self.turns(mask, row, column) { canvas.modules[row * size + column].toggle() }
      }
    }
    canvas.drawFormat(mask)
    return canvas
  }

  private static func turns(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }
}
