import FHIR
import FHIRXML

/// An `.xlsx` workbook: its sheets, with the texts that cells share.
///
/// ECMA-376 part 1, chapter 18,
/// <https://ecma-international.org/publications-and-standards/standards/ecma-376/>.
struct Workbook {
  private let archive: ZipArchive

  init(_ archive: ZipArchive) { self.archive = archive }

  /// The sheet of a name, or the first.
  func sheet(_ wanted: String?) throws(Anomaly) -> Sheet {
    let list = AttributePairs(of: "sheet", "name", "id")
    try list.read(try archive.file("xl/workbook.xml"), limits: Self.limits)
    guard
      let (name, relation) = wanted == nil
        ? list.pairs.first : list.pairs.first(where: { $0.0 == wanted })
    else {
      let names = list.pairs.map(\.0).joined(separator: ", ")
      throw .notFound(
        "The workbook has no sheet '\(wanted ?? "")'; it has: \(names)",
        chinese: "工作簿没有工作表“\(wanted ?? "")”,现有:\(names)")
    }
    let relations = AttributePairs(of: "Relationship", "Id", "Target")
    try relations.read(try archive.file("xl/_rels/workbook.xml.rels"), limits: Self.limits)
    guard let target = relations.pairs.last(where: { $0.0 == relation })?.1 else {
      throw .incorrect(
        "The sheet '\(name)' leads nowhere", chinese: "工作表“\(name)”没有内容",
        code: .structure)
    }
    let texts = SharedTexts()
    if archive.contains("xl/sharedStrings.xml") {
      try texts.read(try archive.file("xl/sharedStrings.xml"), limits: Self.limits)
    }
    let reader = SheetReader(texts.texts)
    let path = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/" + target
    try reader.read(try archive.file(path), limits: Self.limits)
    return Sheet(name: name, rows: reader.rows)
  }

  private static let limits: XMLLimits = {
    var limits = XMLLimits()
    limits.size = 512 << 20
    return limits
  }()
}

/// Two attributes of every element of a name, in order: the sheets of a workbook and the relations
/// that lead to them.
private final class AttributePairs: XMLReceiver {
  private let element: String
  private let names: (String, String)
  private(set) var pairs: [(String, String)] = []

  init(of element: String, _ first: String, _ second: String) {
    self.element = element
    names = (first, second)
  }

  func start(
    _ name: XMLName, _ attributes: XMLAttributes, in text: XMLEvents
  ) throws(Anomaly) {
    guard name.text == element else { return }
    var pair = ("", "")
    for (name, value) in attributes {
      if name.text == names.0 { pair.0 = String(decoding: value, as: UTF8.self) }
      if name.text == names.1 { pair.1 = String(decoding: value, as: UTF8.self) }
    }
    pairs.append(pair)
  }
}

/// The texts that cells share; how parts of them look is left out, and so is how they sound.
private final class SharedTexts: XMLReceiver {
  private(set) var texts: [String] = []
  private var path: [String] = []
  private var current: [UInt8] = []

  func start(
    _ name: XMLName, _ attributes: XMLAttributes, in text: XMLEvents
  ) throws(Anomaly) {
    path.append(name.text)
    if name.text == "si" { current.removeAll(keepingCapacity: true) }
  }

  func end(in text: XMLEvents) throws(Anomaly) {
    if path.popLast() == "si" { texts.append(String(decoding: current, as: UTF8.self)) }
  }

  func text(_ bytes: UnsafeRawBufferPointer, in text: XMLEvents) throws(Anomaly) {
    if path.last == "t", !path.contains("rPh") { current.append(contentsOf: bytes) }
  }
}

/// The rows of a sheet.
private final class SheetReader: XMLReceiver {
  private(set) var rows: [SheetRow] = []
  private let texts: [String]
  private var path: [String] = []
  private var row = SheetRow(line: 0, cells: [])
  private var column = 0
  private var type = ""
  private var value: [UInt8] = []

  init(_ texts: [String]) { self.texts = texts }

  func start(
    _ name: XMLName, _ attributes: XMLAttributes, in text: XMLEvents
  ) throws(Anomaly) {
    path.append(name.text)
    switch name.text {
    case "row":
      row = SheetRow(line: row.line + 1, cells: [])
      for (name, value) in attributes where name.text == "r" {
        row.line = Int(String(decoding: value, as: UTF8.self)) ?? row.line
      }
      column = -1
    case "c":
      column += 1
      type = "n"
      value.removeAll(keepingCapacity: true)
      for (name, value) in attributes {
        if name.text == "t" { type = String(decoding: value, as: UTF8.self) }
        if name.text == "r" { column = try place(value, text) }
      }
    default: break
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer, in text: XMLEvents) throws(Anomaly) {
    guard let last = path.last, last == "v" || last == "t", !path.contains("rPh") else { return }
    value.append(contentsOf: bytes)
  }

  func end(in text: XMLEvents) throws(Anomaly) {
    switch path.popLast() {
    case "c":
      guard column < Sheet.columnLimit else {
        throw text.wrong("The row has more than \(Sheet.columnLimit) cells", "行的列数过多")
      }
      while row.cells.count < column { row.cells.append("") }
      row.cells.append(try cell(text).trimmed)
    case "row":
      guard rows.count < Sheet.rowLimit else {
        throw text.wrong("The sheet has more than \(Sheet.rowLimit) rows", "工作表的行数过多")
      }
      if !row.isEmpty { rows.append(row) }
    default: break
    }
  }

  private func cell(_ text: XMLEvents) throws(Anomaly) -> String {
    let written = String(decoding: value, as: UTF8.self)
    switch type {
    case "s":
      guard let index = Int(written), texts.indices.contains(index) else {
        throw text.wrong("The cell names a shared text that is not there", "单元格引用的共享文本不存在")
      }
      return texts[index]
    case "b": return written == "1" ? "true" : "false"
    default: return written
    }
  }

  /// The column of a place such as `AB12`, counted from 0.
  private func place(_ reference: UnsafeRawBufferPointer, _ text: XMLEvents) throws(Anomaly)
    -> Int
  {
    var column = 0
    for byte in reference {
      guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { break }
      column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
      guard column <= Sheet.columnLimit else {
        throw text.wrong("The cell lies beyond column \(Sheet.columnLimit)", "单元格的列超出范围")
      }
    }
    guard column > 0 else { throw text.wrong("The cell has no place", "单元格没有位置") }
    return column - 1
  }
}
