import ArgumentParser
import FHIR
import Foundation
import People

/// `kangqu people`: what is done with lists of persons, without a server.
struct PeopleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people",
    abstract: "人员 · Works on lists of persons",
    discussion: """
      EXAMPLE
        kangqu people link persons.csv --out links.csv
      """,
    subcommands: [PeopleLink.self])
}

/// `kangqu people link`: which records of a table are of one person.
struct PeopleLink: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "人员匹配 · Finds the records of one person",
    usage: "kangqu people link <input.csv> [--truth <file>] [--out <file>] ...",
    discussion: """
      The first column of the table is the record's id. The others are named by
      its header: name gender birthDate idCard healthCard phone province city
      district address source household mother father, or as FEBRL has them:
      given_name surname street_number address_1 address_2 suburb postcode
      state date_of_birth soc_sec_id. Weights and boundary are learnt from the
      records alone; the truth (id,entity or left,right) only scores them.
      A line that gives no record is named on standard error; the rest come out
      and the exit code is 1. 权重与阈值自动学习;坏行报告行号,其余照常处理。

      EXAMPLE
        kangqu people link persons.csv --truth truth.csv --out links.csv
      """)

  @Argument(help: ArgumentHelp("记录表 · Table of records (CSV)", valueName: "input.csv"))
  var input: String

  @Option(help: ArgumentHelp("真值表,仅用于评分 · Truth, for scoring only", valueName: "file"))
  var truth: String?

  @Option(help: ArgumentHelp("写出匹配结果 · Where to write the links", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("写出待人工审核 · Pairs to ask a person about", valueName: "file"))
  var ask: String?

  @Option(help: ArgumentHelp("写出存疑内容 · Values kept apart, with reasons", valueName: "file"))
  var apart: String?

  @Option(help: ArgumentHelp("写出学得的权重 · The weights learnt", valueName: "file"))
  var weights: String?

  func run() throws {
    let table = try Self.bytes(of: input).withBuffer { bytes throws(Anomaly) in
      try RecordTable(bytes)
    }
    for line in table.badLines {
      Talk.say("kangqu: \(input):\(line.line): \(line.message) · \(line.chinese)")
    }
    if table.badLineCount > table.badLines.count {
      Talk.say("kangqu: \(input): \(table.badLineCount) bad lines in all · 坏行共计")
    }
    let linkage = table.link()
    let clusters = Clusters(linkage)
    let review = linkage.review(clusters)
    if let out { try Self.write(clusters.pairs(linkage), table, to: out) }
    if let ask { try Self.write(review, table, to: ask) }
    if let weights { try Self.write(linkage.model.table, to: weights) }
    if let apart { try Self.write(table.findings, to: apart) }
    try say(table, linkage, clusters, asked: review.count)
    if table.badLineCount > 0 { throw ExitCode.failure }
  }

  private func say(
    _ table: RecordTable, _ linkage: Linkage, _ clusters: Clusters, asked: Int
  ) throws {
    let rate = Int(Double(linkage.compared) / max(linkage.secondsOfComparing, 1e-6))
    let links = clusters.pairCount
    let share = Double(asked) / Double(max(1, links + asked))
    let told =
      "records \(table.count) persons \(clusters.personCount) links \(links)"
      + " asked \(asked) (\(Self.figure(share * 100, 2)) %) kept apart \(table.findingCount)"
    guard let truth else { return Output.line("\(told) pairs/s \(rate)") }
    let quality = try Self.bytes(of: truth).withBuffer { bytes throws(Anomaly) in
      try LinkageTruth(bytes, of: table)
    }.quality(of: clusters.groups)
    Talk.say("kangqu: \(told)")
    Output.line(
      "precision \(Self.figure(quality.precision, 6)) recall \(Self.figure(quality.recall, 6))"
        + " F1 \(Self.figure(quality.f1, 6)) pairs/s \(rate)")
  }

  private static func figure(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private static func bytes(of path: String) throws(Anomaly) -> Data {
    do {
      return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw .notFound(
        "\(path) cannot be read: \(error.localizedDescription)", chinese: "无法读取 \(path)")
    }
  }

  private static func write(
    _ pairs: [Linkage.Pair], _ table: RecordTable, to path: String
  ) throws(Anomaly) {
    var text = "left,right,probability\n"
    for pair in pairs {
      text += CSVCell.text(table.id(Int(pair.left))) + ","
      text += CSVCell.text(table.id(Int(pair.right))) + ","
      text += figure(pair.probability, 6) + "\n"
    }
    try write(text, to: path)
  }

  private static func write(
    _ findings: [(line: Int, finding: Finding)], to path: String
  ) throws(Anomaly) {
    var text = "line,field,value,reason,原因\n"
    for (line, finding) in findings {
      text += "\(line),\(finding.field),\(CSVCell.text(finding.value)),"
      text += "\(finding.reason.rawValue),\(finding.reason.chinese)\n"
    }
    try write(text, to: path)
  }

  private static func write(_ text: String, to path: String) throws(Anomaly) {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw .unavailable(path, error)
    }
  }
}

extension Data {
  /// The bytes, without a copy, while `body` runs.
  fileprivate func withBuffer<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Anomaly) -> Result
  ) throws(Anomaly) -> Result {
    do {
      return try withUnsafeBytes { try body($0.bindMemory(to: UInt8.self)) }
    } catch let anomaly as Anomaly {
      throw anomaly
    } catch {
      throw .fault("\(error)")
    }
  }
}

extension Anomaly {
  fileprivate static func unavailable(_ path: String, _ error: any Error) -> Anomaly {
    Anomaly(
      .unavailable, "\(path) cannot be written: \(error.localizedDescription)",
      chinese: "无法写入 \(path)")
  }
}
