import FHIR
import Foundation
import Spreadsheet
import Terminology

/// Differences and refused lines as tables for spreadsheets.
enum DifferenceText {
  static func summary(_ difference: EditionDifference, from previous: CodeSystem) -> String {
    let counts = EditionDifference.Kind.allCases.map {
      "\(difference.count($0)) \($0.rawValue)"
    }
    return "against \(previous.canonical): " + counts.joined(separator: ", ")
  }

  static func table(_ difference: EditionDifference) -> String {
    var text = row(["变化 change", "编码 code", "原 before", "现 after"])
    for change in difference.changes {
      text += row([change.kind.rawValue, change.code, change.before, change.after])
    }
    return text
  }

  static func write(_ difference: EditionDifference, to path: String) throws(Anomaly) {
    try write(table(difference), to: path)
  }

  /// The lines as they were, with what is wrong in front; corrected, they can be appended.
  static func write(_ lines: [RefusedLine], to path: String) throws(Anomaly) {
    var text = row(["行 line", "列 column", "原因", "reason", "建议 suggestion"])
    for line in lines {
      text += row(
        [
          String(line.line), line.column.map(Sheet.columnName) ?? "", line.chinese, line.message,
          line.suggestion ?? "",
        ] + line.cells)
    }
    try write(text, to: path)
  }

  private static func write(_ text: String, to path: String) throws(Anomaly) {
    do {
      // The mark lets spreadsheets see that the text is UTF-8.
      try Data(("\u{FEFF}" + text).utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Anomaly(
        .unavailable, "\(path) cannot be written: \(error.localizedDescription)",
        chinese: "无法写入 \(path)")
    }
  }

  /// <https://www.rfc-editor.org/rfc/rfc4180>
  private static func row(_ cells: [String]) -> String {
    cells.map { cell in
      guard cell.contains(where: { "\",\n\r".contains($0) }) else { return cell }
      return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\r\n"
  }
}
