package import FHIR

/// Which column of a published list says what, told by its heading.
package struct CodeListColumns: Sendable {
  /// What a column of a code list may hold.
  package enum Meaning: String, Sendable, CaseIterable {
    case code, display, definition, parent, status
    /// Another name in Chinese.
    case synonym
    /// The name in English.
    case english
    /// Of a data element: the kind of its values, how they are written, and where they come from.
    case dataType, format, valueDomain
    /// From when the concept may be used, and until when.
    case effective, retired
  }

  /// The place of each column that has a meaning.
  package private(set) var places: [Meaning: Int] = [:]
  /// The other columns that have a heading: kept as properties of the concepts.
  package private(set) var properties: [(place: Int, name: String)] = []

  /// The headings that published lists use. ICD-10 and ICD-9-CM-3 of the national clinical and
  /// insurance editions, WS/T 363 and 364, the drug, laboratory and division lists.
  private static let headings: [Meaning: [String]] = [
    .code: [
      "编码", "代码", "主要编码", "诊断编码", "诊断代码", "疾病编码", "疾病代码", "手术编码", "手术操作编码", "手术代码",
      "项目编码", "项目代码", "药品编码", "药品代码", "值", "数据元标识符", "行政区划代码", "区划代码", "统计用区划代码",
      "code", "concept code", "concept", "id",
    ],
    .display: [
      "名称", "诊断名称", "疾病名称", "手术名称", "手术操作名称", "中文名称", "值含义", "项目名称", "药品名称", "通用名",
      "通用名称", "数据元名称", "单位名称", "区划名称", "display", "name", "term",
    ],
    .definition: ["定义", "说明", "definition", "description"],
    .parent: ["上级编码", "上级代码", "父级编码", "父级代码", "父编码", "parent", "parent code"],
    .status: ["状态", "使用状态", "status"],
    .synonym: ["别名", "同义词", "synonym", "alias"],
    .english: ["英文名称", "英文名", "english", "english name"],
    .dataType: ["数据类型", "数据元值的数据类型", "data type"],
    .format: ["表示格式", "数据元值的表示格式", "format"],
    .valueDomain: ["值域", "数据元允许值", "允许值", "值域代码", "值域标识符", "value domain"],
    .effective: ["启用日期", "生效日期", "effective", "effective date"],
    .retired: ["停用日期", "失效日期", "retired", "retirement date"],
  ]

  /// How many rows may stand above the headings: titles and notes.
  private static let titleRows = 20

  /// Finds the headings among the first rows.
  ///
  /// - Parameter named: columns whose heading the asker tells, by meaning.
  /// - Returns: the columns and how many rows are above the codes.
  package static func find(in rows: [[String]], named: [Meaning: String] = [:]) throws(Anomaly) -> (
    columns: CodeListColumns, rowsAbove: Int
  ) {
    for (index, row) in rows.prefix(titleRows).enumerated() {
      let columns = CodeListColumns(row, named)
      guard columns.places[.code] != nil, columns.places[.display] != nil,
        named.keys.allSatisfy({ columns.places[$0] != nil })
      else { continue }
      return (columns, index + 1)
    }
    let first = rows.first { row in row.count { !$0.isEmpty } > 1 } ?? rows.first ?? []
    let shown = first.prefix(titleRows).joined(separator: " | ")
    throw .incorrect(
      "No row among the first \(titleRows) has a heading for the code and one for its name. The "
        + "first row with several cells is: \(shown). Say by which headings they are meant",
      chinese: "前 \(titleRows) 行中没有同时含编码和名称的表头。首个多列行为:\(shown)。请指明编码列和名称列的表头",
      code: .structure)
  }

  private init(_ row: [String], _ named: [Meaning: String]) {
    for (place, cell) in row.enumerated() {
      let heading = Self.plain(cell)
      guard !heading.isEmpty else { continue }
      if let meaning = Self.meaning(heading, named), places[meaning] == nil {
        places[meaning] = place
      } else {
        properties.append((place, cell))
      }
    }
  }

  private static func meaning(_ heading: String, _ named: [Meaning: String]) -> Meaning? {
    if let told = named.first(where: { plain($0.value) == heading }) { return told.key }
    return Meaning.allCases.first { meaning in
      named[meaning] == nil && (headings[meaning] ?? []).contains(heading)
    }
  }

  /// A heading without blanks at its ends, small, and without what stands in brackets.
  private static func plain(_ text: String) -> String {
    let bare = text.prefix { $0 != "(" && $0 != "\u{FF08}" }
    let words = bare.split { $0.isWhitespace || $0 == "*" }
    return words.joined(separator: " ").lowercased()
  }
}
