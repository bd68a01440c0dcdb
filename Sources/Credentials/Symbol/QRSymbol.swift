package import FHIR

/// A QR Code symbol: bytes as a square of dark and light modules. ISO/IEC 18004:2015.
///
/// Byte mode and error correction level M, which restores about 15 % of the code words; what is
/// signed needs no more modes.
package struct QRSymbol: Hashable, Sendable {
  /// The most bytes of a symbol, version 40 at level M.
  package static let largestByteCount = 2331

  /// Modules of one side.
  package let size: Int
  /// Which of the eight data masks is applied, §7.8.2.
  package let mask: Int
  /// Row by row, true is dark.
  package private(set) var modules: [Bool]

  /// - Parameter mask: 0 to 7; nil takes the one of least penalty, §7.8.3.
  package init(_ bytes: [UInt8], mask: Int? = nil) throws(Anomaly) {
    guard let version = QRVersion.fitting(byteCount: bytes.count) else {
      throw .incorrect(
        "A QR code holds at most \(Self.largestByteCount) bytes, not \(bytes.count).",
        chinese: "二维码最多\(Self.largestByteCount)字节，实为\(bytes.count)字节。", code: .tooLong)
    }
    precondition((0..<8).contains(mask ?? 0), "a mask the caller wrote")
    var canvas = QRCanvas(version)
    canvas.place(QRCodewords.words(of: bytes, in: version))
    let masks = mask.map { [$0] } ?? Array(0..<8)
    let drawn = masks.map { (mask: $0, canvas: canvas.masked($0)) }
    let penalties = masks.count == 1 ? [0] : drawn.map { QRPenalty.points(of: $0.canvas) }
    let best = penalties.indices.min { penalties[$0] < penalties[$1] } ?? 0
    size = version.size
    self.mask = drawn[best].mask
    modules = drawn[best].canvas.modules
  }

  package subscript(row: Int, column: Int) -> Bool { modules[row * size + column] }

  /// The quiet zone: light modules that must surround a symbol, §9.1.
  package static let quietModules = 4

  /// The symbol as an SVG image that a page can hold, one path with a run for each row of dark
  /// modules.
  ///
  /// - Parameter title: what the image shows, for who cannot see it.
  package func svg(title: String) -> String {
    let side = size + 2 * Self.quietModules
    var path = ""
    for row in 0..<size {
      var column = 0
      while column < size {
        let start = column
        while column < size, self[row, column] { column += 1 }
        if column > start {
          let (x, y) = (start + Self.quietModules, row + Self.quietModules)
          path += "M\(x) \(y)h\(column - start)v1H\(x)z"
        }
        column = max(column, start + 1)
      }
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" role="img" \
      shape-rendering="crispEdges"><title>\(XMLEscape.attribute(title))</title>\
      <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/><path d="\(path)"/></svg>
      """
  }
}
