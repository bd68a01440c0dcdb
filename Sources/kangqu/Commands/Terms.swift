import ArgumentParser
import Canonicals
import FHIR
import Foundation
import RecordStore
import Spreadsheet
import Terminology

/// `kangqu terms`: code lists in and out of a data directory.
struct Terms: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "terms", abstract: "代码表 · Code lists",
    discussion: """
      EXAMPLE
        kangqu terms import icd10.csv --system http://example.org/icd-10 \\
          --edition 2.0 --data /var/lib/kangqu
      """,
    subcommands: [TermsImport.self, TermsDiff.self])
}

/// Which code system in which data directory.
struct TermsOptions: ParsableArguments {
  @Option(help: ArgumentHelp("代码系统 · The URI of the code system", valueName: "uri"))
  var system: String

  @Option(help: ArgumentHelp("数据目录 · Data directory, not in use", valueName: "dir"))
  var data: String
}

/// `kangqu terms import`: a published list becomes an edition of a code system.
struct TermsImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "导入代码表 · Imports a published list, CSV or XLSX",
    usage: "kangqu terms import <file> --system <uri> --edition <text> ...",
    discussion: """
      The headings tell which column holds the code, the name, the code above
      and so on, in Chinese or English; other columns become properties. Lines
      that cannot be taken are written to --refused with their line, column and
      reason; corrected, they are added with --append. Until then the edition
      says that it is a fragment. What is different from the edition before is
      written to --report. An import that was interrupted has stored nothing
      and is simply done again; doing it twice changes nothing.
      表头识别编码、名称、上级编码等列,其余列作为属性保留;有问题的行连同行号、列和
      原因写入 --refused,更正后用 --append 补入;与上一版的差异写入 --report。

      EXAMPLE
        kangqu terms import icd10.xlsx --system http://example.org/icd-10 \\
          --edition 2.0 --hierarchy prefix --data /var/lib/kangqu
      """)

  @Argument(help: "文件 · The list: .csv, .tsv or .xlsx")
  var file: String

  @OptionGroup var options: TermsOptions

  @Option(help: ArgumentHelp("版本 · The edition, CodeSystem.version", valueName: "text"))
  var edition: String

  @Option(help: ArgumentHelp("名称 · CodeSystem.title", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("发布机构 · CodeSystem.publisher", valueName: "text"))
  var publisher: String?

  @Option(help: ArgumentHelp("生效日期 · In force from", valueName: "YYYY-MM-DD"))
  var effective: String?

  @Option(help: ArgumentHelp("工作表 · The sheet of a workbook", valueName: "name"))
  var sheet: String?

  @Option(
    help: ArgumentHelp("指明列 · A column by its heading: code=主码", valueName: "meaning=heading"))
  var column: [String] = []

  @Option(help: "层级 · How codes lie below each other")
  var hierarchy = ListHierarchy.column

  @Option(help: ArgumentHelp("问题行 · Where refused lines go", valueName: "file.csv"))
  var refused: String?

  @Option(help: ArgumentHelp("差异报告 · Where the differences go", valueName: "file.csv"))
  var report: String?

  @Flag(help: "补入已有版本 · Adds to the edition that is stored")
  var append = false

  @Flag(help: "只检查,不保存 · Checks and tells, stores nothing")
  var dryRun = false

  @Flag(help: "已补齐 · With --append: nothing is missing now")
  var complete = false

  /// What an import did.
  private struct Outcome: Sendable {
    var made: CodeSystem
    var previous: CodeSystem?
    var word: String
    var refused: [RefusedLine]
  }

  func run() async throws {
    let table = try table()
    let list = try list
    let place = try DataDirectory.open(options.data)
    let outcome = try await place.using { () async throws(Anomaly) -> Outcome in
      let shelf = TermShelf(store: place.store, url: options.system, now: World.now())
      let editions = try await shelf.editions()
      let stored = editions.first { $0.version == edition }
      let result = try list.read(
        table, adding: append ? stored : nil, isComplete: complete)
      return Outcome(
        made: result.made, previous: editions.first { $0.version != edition },
        word: dryRun ? "checked" : try await shelf.put(result.document, version: edition),
        refused: result.refused)
    }
    try tell(outcome)
  }

  private var list: ListImport {
    get throws {
      var list = ListImport(url: options.system, version: edition)
      list.title = title
      list.publisher = publisher
      list.effective = effective
      list.hierarchy = hierarchy
      list.columns = try namedColumns()
      return list
    }
  }

  private func namedColumns() throws -> [CodeListColumns.Meaning: String] {
    var named: [CodeListColumns.Meaning: String] = [:]
    for text in column {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let meaning = CodeListColumns.Meaning(rawValue: parts[0]) else {
        let known = CodeListColumns.Meaning.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--column must be meaning=heading; the meanings are \(known)")
      }
      named[meaning] = parts[1]
    }
    return named
  }

  /// The rows of the file.
  private func table() throws -> Sheet {
    if let effective, PartialDate(effective, as: .date) == nil {
      throw ValidationError("--effective must be a date such as 2025-01-01. 须为日期")
    }
    let content = try SourceFile.all(at: [file]).first.map { try $0.content(limit: Self.fileLimit) }
    return try Sheet.read(content ?? [], sheet: sheet)
  }

  private static let fileLimit = 1 << 30

  private func tell(_ outcome: Outcome) throws {
    Output.line(
      "\(outcome.word) \(options.system)|\(edition): \(outcome.made.count) codes, "
        + "\(outcome.refused.count) refused")
    if let previous = outcome.previous {
      let difference = EditionDifference(from: previous, to: outcome.made)
      Output.line(DifferenceText.summary(difference, from: previous))
      if let report { try DifferenceText.write(difference, to: report) }
    }
    guard !outcome.refused.isEmpty else { return }
    for line in outcome.refused.prefix(Self.shownLines) {
      let column = line.column.map { " 列 \(Sheet.columnName($0))" } ?? ""
      Talk.say("\(file):\(line.line)\(column): \(line.chinese) · \(line.message)")
    }
    if let refused { try DifferenceText.write(outcome.refused, to: refused) }
    throw ExitCode.failure
  }

  /// So many refused lines are told on the terminal; all are in the file.
  private static let shownLines = 20
}

/// `kangqu terms diff`: what is different between two editions that are stored.
struct TermsDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "版本差异 · What is different between two editions",
    discussion: """
      EXAMPLE
        kangqu terms diff 1.0 2.0 --system http://example.org/icd-10 \\
          --data /var/lib/kangqu
      """)

  @Argument(help: "旧版本 · The edition before")
  var from: String

  @Argument(help: "新版本 · The edition after")
  var to: String

  @OptionGroup var options: TermsOptions

  func run() async throws {
    let place = try DataDirectory.open(options.data)
    let editions = try await place.using { () async throws(Anomaly) in
      try await TermShelf(store: place.store, url: options.system, now: World.now())
        .editions()
    }
    func edition(_ version: String) throws(Anomaly) -> CodeSystem {
      guard let found = editions.first(where: { $0.version == version }) else {
        let known = editions.compactMap(\.version).joined(separator: ", ")
        throw .notFound(
          "\(options.system)|\(version) is not stored; there are: \(known)",
          chinese: "未存储 \(options.system)|\(version),现有版本:\(known)")
      }
      return found
    }
    let difference = EditionDifference(from: try edition(from), to: try edition(to))
    Output.write(Array(DifferenceText.table(difference).utf8))
    Talk.say(DifferenceText.summary(difference, from: try edition(from)))
  }
}

extension ListHierarchy: ExpressibleByArgument {}
