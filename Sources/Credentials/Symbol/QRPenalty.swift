/// How hard a symbol is to read, in penalty points. ISO/IEC 18004:2015 §7.8.3.1, table 11.
enum QRPenalty {
  private static let run = 3
  private static let block = 3
  private static let finder = 40
  private static let proportion = 10

  static func points(of canvas: QRCanvas) -> Int {
    let size = canvas.size
    var points = 0
    for line in 0..<size {
      points += lineBy(size) { canvas[line, $0] }
      points += lineBy(size) { canvas[$0, line] }
    }
    for row in 0..<(size - 1) {
      for column in 0..<(size - 1) {
        let colour = canvas[row, column]
        if colour == canvas[row, column + 1], colour == canvas[row + 1, column],
          colour == canvas[row + 1, column + 1]
        {
          points += block
        }
      }
    }
    let dark = canvas.modules.count { $0 }
    let total = size * size
    // Each full step of 5 % away from one half.
    let steps = abs(dark * 20 - total * 10) / total
    return points + steps * proportion
  }

  /// Runs of one colour, and patterns that look like a finder, in one row or column.
  private static func lineBy(_ size: Int, _ isDark: (Int) -> Bool) -> Int {
    var points = 0
    var length = 1
    for place in 1...size {
      if place < size, isDark(place) == isDark(place - 1) {
        length += 1
      } else {
        if length >= 5 { points += run + length - 5 }
        length = 1
      }
    }
    // 1011101 with four light modules before or after it; beyond the edge all is light.
    for start in 0...(size - 7) {
      let isFinder =
        [0, 2, 3, 4, 6].allSatisfy { isDark(start + $0) }
        && !isDark(start + 1) && !isDark(start + 5)
      guard isFinder else { continue }
      func isLight(_ places: ClosedRange<Int>) -> Bool {
        places.allSatisfy { !(0..<size).contains($0) || !isDark($0) }
      }
      if isLight((start - 4)...(start - 1)) || isLight((start + 7)...(start + 10)) {
        points += finder
      }
    }
    return points
  }
}
