import FHIR

/// A line of a list that could not be taken over: where it stands and why, for correction.
package struct RefusedLine: Sendable, Hashable {
  package var line: Int
  /// The column as spreadsheets count them; empty when the whole line is meant.
  package var column: Int?
  package var message: String
  package var chinese: String
  /// What it should perhaps say.
  package var suggestion: String?
  package var cells: [String]
}

/// One concept of a list, as the list has it.
package struct ListedCode: Sendable, Hashable {
  package var code: String
  package var display: String
  package var definition: String?
  package var parent: String?
  package var isRetired = false
  package var synonyms: [String] = []
  package var english: String?
  package var effective: String?
  package var retired: String?
  /// Of a data element; see `DataElement`.
  package var dataType: String?
  package var format: String?
  package var valueDomain: String?
  package var properties: [(name: String, text: String)] = []

  package init(code: String, display: String) {
    self.code = code
    self.display = display
  }

  package static func == (left: ListedCode, right: ListedCode) -> Bool {
    left.code == right.code && left.display == right.display && left.parent == right.parent
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// How the concepts of a list lie below each other.
package enum ListHierarchy: String, Sendable, CaseIterable {
  /// By the column that names the code above; flat without such a column.
  case column
  /// Below the longest other code with which a code begins, as in ICD.
  case prefix
  /// Below the area whose code ends in zeros where this one has digits, as in GB/T 2260.
  case area
}

/// Reads a published list row by row; what is wrong with a line is kept apart, with the reason.
package struct CodeListReader {
  private let columns: CodeListColumns
  private let hierarchy: ListHierarchy
  package private(set) var codes: [ListedCode] = []
  package private(set) var refused: [RefusedLine] = []
  /// The line of each code; 0 for one that was there before.
  private var lines: [String: Int] = [:]
  private var placesBefore: [String: Int] = [:]

  /// A reader of a whole list, or of lines that are added to codes that are there already.
  package init(
    _ columns: CodeListColumns, _ hierarchy: ListHierarchy, adding codes: [ListedCode] = []
  ) {
    self.columns = columns
    self.hierarchy = hierarchy
    self.codes = codes
    for (place, code) in codes.enumerated() {
      lines[code.code] = 0
      placesBefore[code.code] = place
    }
  }

  /// The longest code and the longest name.
  private static let codeLimit = 200
  private static let displayLimit = 2_000

  package mutating func read(_ cells: [String], line: Int) {
    func cell(_ meaning: CodeListColumns.Meaning) -> String {
      guard let place = columns.places[meaning], place < cells.count else { return "" }
      return cells[place]
    }
    guard let code = checkedCode(cell(.code), line, cells) else { return }
    let display = cell(.display)
    guard !display.isEmpty, display.count <= Self.displayLimit else {
      refuse(
        line, .display, cells,
        display.isEmpty ? "The code '\(code)' has no name" : "The name is too long",
        display.isEmpty ? "编码“\(code)”没有名称" : "名称过长")
      return
    }
    var entry = ListedCode(code: code, display: display)
    func text(_ meaning: CodeListColumns.Meaning) -> String? {
      let text = cell(meaning)
      return text.isEmpty ? nil : text
    }
    entry.definition = text(.definition)
    entry.parent = text(.parent)
    entry.english = text(.english)
    entry.synonyms = cell(.synonym).split { ";\u{FF1B}\u{3001}|".contains($0) }.map(String.init)
    entry.isRetired = Self.retiredWords.contains(cell(.status).lowercased())
    for meaning in [CodeListColumns.Meaning.effective, .retired] {
      guard let written = text(meaning) else { continue }
      guard let date = Self.date(written) else {
        refuse(line, meaning, cells, "'\(written)' is not a date", "“\(written)”不是日期")
        return
      }
      if meaning == .effective { entry.effective = date } else { entry.retired = date }
    }
    entry.properties = columns.properties.compactMap { place, name in
      place < cells.count && !cells[place].isEmpty ? (name, cells[place]) : nil
    }
    guard takeElement(cells, line, into: &entry) else { return }
    lines[code] = line
    if let place = placesBefore[code] {
      codes[place] = entry
    } else {
      codes.append(entry)
    }
  }

  /// What a data element says of its values; of other lists these columns are as all the rest.
  private mutating func takeElement(
    _ cells: [String], _ line: Int, into entry: inout ListedCode
  ) -> Bool {
    func cell(_ meaning: CodeListColumns.Meaning) -> String? {
      guard let place = columns.places[meaning], place < cells.count, !cells[place].isEmpty else {
        return nil
      }
      return cells[place]
    }
    guard DataElement.isIdentifier(entry.code) else {
      for (meaning, name) in DataElement.plainNames {
        if let text = cell(meaning) { entry.properties.append((name, text)) }
      }
      return true
    }
    if let type = cell(.dataType), !DataElement.dataTypes.contains(type) {
      refuse(
        line, .dataType, cells,
        "'\(type.prefix(40))' is no data type of WS/T 363: S1, S2, S3, L, N, D, DT, T or BY",
        "“\(type.prefix(40))”不是 WS/T 363 的数据类型:S1、S2、S3、L、N、D、DT、T、BY",
        suggestion: DataElement.dataTypes.sorted().nearest(to: type))
      return false
    }
    if let format = cell(.format), !DataElement.isFormat(format) {
      refuse(
        line, .format, cells, "'\(format.prefix(40))' is no format such as AN..18, N3..5,1 or D8",
        "“\(format.prefix(40))”不是表示格式,如 AN..18、N3..5,1、D8")
      return false
    }
    entry.dataType = cell(.dataType)
    entry.format = cell(.format)
    entry.valueDomain = cell(.valueDomain)
    return true
  }

  /// Finds for every code the one above; to be called when all lines were read.
  package mutating func arrange() {
    switch hierarchy {
    case .column:
      for index in codes.indices {
        guard let parent = codes[index].parent, lines[parent] == nil else { continue }
        codes[index].parent = nil
        refused.append(
          RefusedLine(
            line: lines[codes[index].code] ?? 0, column: columns.places[.parent],
            message:
              "The code above, '\(parent)', is not in the list; the code was taken without it",
            chinese: "上级编码“\(parent)”不在表中;该编码已收入但无上级", cells: []))
      }
    case .prefix:
      for index in codes.indices { codes[index].parent = prefixParent(codes[index].code) }
    case .area:
      for index in codes.indices { codes[index].parent = areaParent(codes[index].code) }
    }
  }

  // MARK: Codes

  private mutating func checkedCode(_ code: String, _ line: Int, _ cells: [String]) -> String? {
    guard !code.isEmpty else {
      refuse(line, .code, cells, "The line has no code", "该行没有编码")
      return nil
    }
    let narrow = Self.narrow(code)
    guard narrow == code else {
      refuse(
        line, .code, cells, "The code '\(code)' has full-width or hidden characters",
        "编码“\(code)”含全角或不可见字符", suggestion: narrow)
      return nil
    }
    guard code.utf8.count <= Self.codeLimit, !code.contains(where: \.isWhitespace) else {
      refuse(
        line, .code, cells, "'\(code.prefix(80))' cannot be a code: it has blanks or is too long",
        "“\(code.prefix(80))”含空白或过长,不能作编码",
        suggestion: String(code.filter { !$0.isWhitespace }))
      return nil
    }
    if let first = lines[code], first > 0 {
      refuse(
        line, .code, cells, "The code '\(code)' stands in line \(first) already",
        "编码“\(code)”与第 \(first) 行重复")
      return nil
    }
    return code
  }

  private mutating func refuse(
    _ line: Int, _ meaning: CodeListColumns.Meaning, _ cells: [String], _ message: String,
    _ chinese: String, suggestion: String? = nil
  ) {
    refused.append(
      RefusedLine(
        line: line, column: columns.places[meaning], message: message, chinese: chinese,
        suggestion: suggestion, cells: cells))
  }

  /// The longest other code with which a code begins.
  private func prefixParent(_ code: String) -> String? {
    var prefix = code.dropLast()
    while !prefix.isEmpty {
      if lines[String(prefix)] != nil { return String(prefix) }
      prefix = prefix.dropLast()
    }
    return nil
  }

  /// Province, city, county, town and village take 2, 2, 2, 3 and 3 digits. GB/T 2260, GB/T 10114
  private static let areaDigits = [9, 6, 4, 2]

  private func areaParent(_ code: String) -> String? {
    for digits in Self.areaDigits where digits < code.count {
      let above = code.prefix(digits) + String(repeating: "0", count: code.count - digits)
      if above != code, lines[String(above)] != nil { return String(above) }
    }
    return nil
  }

  // MARK: Texts

  private static let retiredWords: Set<String> = [
    "停用", "废止", "作废", "失效", "注销", "retired", "inactive", "deprecated",
  ]

  /// Full-width letters and digits as plain ones, and nothing that cannot be seen.
  private static func narrow(_ code: String) -> String {
    var narrow = String.UnicodeScalarView()
    for scalar in code.unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E:
        if let plain = Unicode.Scalar(scalar.value - 0xFEE0) { narrow.append(plain) }
      case 0x200B...0x200F, 0xFEFF, 0xA0, 0x3000: continue
      default: if scalar.properties.generalCategory != .control { narrow.append(scalar) }
      }
    }
    return String(narrow)
  }

  /// `2024-01-02` of what lists write: `2024/1/2`, `20240102`, `2024年1月2日`.
  package static func date(_ text: String) -> String? {
    var parts = text.split { !$0.isNumber }.map(String.init)
    if parts.count == 1, let digits = parts.first, digits.count == 8 {
      parts = [
        String(digits.prefix(4)), String(digits.dropFirst(4).prefix(2)), String(digits.suffix(2)),
      ]
    }
    guard parts.count >= 3, parts[0].count == 4 else { return nil }
    let padded = parts[1...2].map { $0.count == 1 ? "0" + $0 : $0 }
    let date = "\(parts[0])-\(padded[0])-\(padded[1])"
    return PartialDate(date, as: .date) == nil ? nil : date
  }
}
