import Credentials
import FHIR
import Foundation
import TestSupport
import Testing
import Trust

/// ISO/IEC 18004:2015, byte mode, level M.
@Suite("QR Code") struct QRSymbolTests {
  /// Made by the Python package qrcode 8.2, another encoder, with mask 5.
  static let golden = """
    #######.....#.#######
    #.....#.#...#.#.....#
    #.###.#.#.#...#.###.#
    #.###.#.##....#.###.#
    #.###.#...#.#.#.###.#
    #.....#...##..#.....#
    #######.#.#.#.#######
    ........#.#..........
    #.....#.##.#.##..###.
    ..##...###..###...#..
    .#.####..#..##..####.
    ##.#.#.#.#....#..####
    ......#....##..###.#.
    ........#.#...#.##...
    #######.......##...#.
    #.....#..####..######
    #.###.#..##.###....##
    #.###.#..##..#.####..
    #.###.#...##....#..##
    #.....#...#.####.##..
    #######.##....##.#.#.
    """

  @Test func `a known text gives the known symbol`() throws {
    let symbol = try QRSymbol(Array("Kangqu 康衢".utf8), mask: 5)
    let rows = (0..<symbol.size).map { row in
      (0..<symbol.size).map { symbol[row, $0] ? "#" : "." }.joined()
    }
    #expect(rows.joined(separator: "\n") == Self.golden)
  }

  /// For each version the bytes it holds, and the beginning of the SM3 hash of the modules as
  /// digits, as segno 1.6.6 draws the bytes 7 i + version with the mask version mod 8.
  static let versions: [(byteCount: Int, hash: String)] = [
    (14, "063a24677aa55632"), (26, "8f0c37a4ea1516b9"), (42, "2b6a9ff7813b2cc9"),
    (62, "e998877d7251abb6"), (84, "3b728ecf5cd61eae"), (106, "f10ee4a69503de17"),
    (122, "af3b4d85bcbdbbb3"), (152, "618c541347a29783"), (180, "c040a9b04b01c641"),
    (213, "a077a22877b5db73"), (251, "24c96c34a8b328fc"), (287, "d79bed2f59c29f7b"),
    (331, "3d0e121065f79584"), (362, "8f65608d6e937ccc"), (412, "becf3f4ead0be22b"),
    (450, "b6961c45a51990d9"), (504, "f77bf33f6f529154"), (560, "c26d35043fd35a3a"),
    (624, "7011b6589e6afc0b"), (666, "78ec40f46cb6665b"), (711, "423bff58d9e9b424"),
    (779, "633a0e42a911cbec"), (857, "e49233be67029343"), (911, "21455d0b0c98b1ac"),
    (997, "9889e77cd5afc3cc"), (1059, "fce4a817aeb54c76"), (1125, "54114d04bed577df"),
    (1190, "1be7dfa6d6965fab"), (1264, "4075ee15df0eae82"), (1370, "8d90fe106735b375"),
    (1452, "0e777273b87e0972"), (1538, "3c04b7fcfbb0d96d"), (1628, "31e1c8e6383bb351"),
    (1722, "6b99342db0b339c5"), (1809, "ebaeac158fa68410"), (1911, "dd4e37efc951091d"),
    (1989, "218bd41cf546ac4b"), (2099, "8c18b99c704a92bc"), (2213, "e30cbcc63b77088b"),
    (2331, "fcca510e753bf4c7"),
  ]

  @Test func `each of the forty versions is full at its capacity and drawn as by another encoder`()
    throws
  {
    let module = try OpenSSLModule()
    for (index, expected) in Self.versions.enumerated() {
      let version = index + 1
      let bytes = (0..<expected.byteCount).map { UInt8(truncatingIfNeeded: $0 * 7 + version) }
      let symbol = try QRSymbol(bytes, mask: version % 8)
      let digits = symbol.modules.map { UInt8(ascii: $0 ? "1" : "0") }
      let hash = Hex.text(try module.sm3(digits).prefix(8))
      #expect(symbol.size == 17 + 4 * version && hash == expected.hash, "version \(version)")
      guard version < 40 else { continue }
      #expect(try QRSymbol(bytes + [0], mask: 0).size == symbol.size + 4)
    }
  }

  @Test func `nothing, and more than a symbol holds, is told from what fits`() throws {
    #expect(try QRSymbol([]).size == 21)
    let tooLong = [UInt8](repeating: 1, count: QRSymbol.largestByteCount + 1)
    #expect(throws: Anomaly.self) { try QRSymbol(tooLong) }
  }

  @Test func `the image has a quiet zone and a title that markup cannot leave`() throws {
    let image = try QRSymbol(Array("a".utf8)).svg(title: "码<script>&\"")
    #expect(image.contains("viewBox=\"0 0 29 29\""))
    #expect(image.contains("<title>码&lt;script&gt;&amp;&quot;</title>"))
    #expect(image.hasPrefix("<svg ") && image.hasSuffix("/></svg>"))
  }

  @Test(.enabled(if: Decoder.isPresent, "zbarimg of Debian's zbar-tools is absent"))
  func `an independent decoder reads what was written, whatever the length and the mask`() throws {
    var random = SeededRandom(seed: 18_004)
    let letters = Array("ABCabc019-_:.".utf8)
    for trial in 0..<24 {
      let count = trial < 8 ? 190 : 1 + random.below(900)
      let text = (0..<count).map { _ in letters[random.below(letters.count)] }
      let symbol = try QRSymbol(text, mask: trial < 8 ? trial : nil)
      #expect(try Decoder.read(symbol) == String(decoding: text, as: UTF8.self), "\(trial)")
    }
  }
}

/// `zbarimg`, which reads symbols from images.
enum Decoder {
  static let isPresent = FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg")

  /// The text of a symbol drawn with four pixels a module.
  static func read(_ symbol: QRSymbol) throws -> String {
    let quiet = QRSymbol.quietModules
    let side = (symbol.size + 2 * quiet) * 4
    var image = Array("P5\n\(side) \(side)\n255\n".utf8)
    for y in 0..<side {
      for x in 0..<side {
        let (row, column) = (y / 4 - quiet, x / 4 - quiet)
        let isInside =
          (0..<symbol.size).contains(row) && (0..<symbol.size).contains(column)
        image.append(isInside && symbol[row, column] ? 0 : 255)
      }
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pgm")
    try Data(image).write(to: file)
    defer { unlink(file.path) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/zbarimg")
    process.arguments = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
