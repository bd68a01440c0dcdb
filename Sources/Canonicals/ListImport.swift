package import FHIR
package import Spreadsheet
package import Terminology

/// A published list on its way to become an edition of a code system.
package struct ListImport: Sendable {
  package var url: String
  package var version: String
  package var title: String?
  package var publisher: String?
  /// From when it is in force, such as `2025-01-01`.
  package var effective: String?
  package var hierarchy = ListHierarchy.column
  /// Columns whose heading the asker tells.
  package var columns: [CodeListColumns.Meaning: String] = [:]

  package init(url: String, version: String) {
    self.url = url
    self.version = version
  }

  /// What a table makes: the edition, and the lines that wait for correction.
  package struct Result: Sendable {
    /// The CodeSystem to be stored.
    package var document: JSONDocument
    package var made: CodeSystem
    package var refused: [RefusedLine]
    package var columns: CodeListColumns
    /// The headings as they are written.
    package var headings: [String]
  }

  /// Reads a table; a line that cannot be taken is told, never dropped.
  ///
  /// - Parameter stored: the edition that the lines are added to.
  /// - Parameter isComplete: whether nothing is missing when they are.
  package func read(
    _ sheet: Sheet, adding stored: CodeSystem? = nil, isComplete: Bool = false
  ) throws(Anomaly) -> Result {
    if let effective, PartialDate(effective, as: .date) == nil {
      throw .incorrect(
        "The effective date must be a date such as 2025-01-01",
        chinese: "生效日期须为日期,如 2025-01-01", code: .value, path: "effective")
    }
    let found = try CodeListColumns.find(in: sheet.rows.map(\.cells), named: columns)
    var reader = CodeListReader(
      found.columns, hierarchy, adding: stored.map(CodeListEdition.codes) ?? [])
    for row in sheet.rows.dropFirst(found.rowsAbove) { reader.read(row.cells, line: row.line) }
    reader.arrange()
    let wasPartial = stored?.about.content == .fragment && !isComplete
    var list = CodeListEdition(
      url: url, version: version, name: title ?? url, codes: reader.codes)
    list.title = title
    list.publisher = publisher
    list.effective = EffectivePeriod(start: effective)
    list.isPartial = !reader.refused.isEmpty || wasPartial
    let document = try JSONDocument.parse(list.encoded(), limits: TermShelf.limits)
    defer { withExtendedLifetime(document) {} }
    return Result(
      document: document, made: try CodeSystem(document.root), refused: reader.refused,
      columns: found.columns, headings: sheet.rows[found.rowsAbove - 1].cells)
  }
}
