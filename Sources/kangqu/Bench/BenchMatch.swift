import ArgumentParser
import FHIR
import Foundation
import People

/// `kangqu bench match`: how long it takes to find one incoming person among all of a table.
struct BenchMatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match", abstract: "单人比对耗时 · Finding one person among all, in ms",
    discussion: """
      EXAMPLE
        kangqu bench match persons.csv
      """)

  @Argument(help: "记录表 · Table of records (CSV)")
  var file: String

  /// So many persons are looked for; the first few warm the machine and do not count.
  private static let persons = 4_000
  private static let warming = 400

  func run() throws {
    let data = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
    let (table, persons) = try data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)
      let table = try RecordTable(bytes)
      return (
        table, try RecordTable.persons(bytes, oneIn: max(1, table.count / Self.persons))
      )
    }
    var index = MatchIndex(table.link())
    let clock = ContinuousClock()
    var milliseconds: [Double] = []
    var found = 0
    for person in persons {
      let start = clock.now
      let candidates = index.candidates(for: person)
      milliseconds.append(start.duration(to: clock.now) / .milliseconds(1))
      found += candidates.contains { table.id($0.record) == person.id } ? 1 : 0
    }
    milliseconds = milliseconds.dropFirst(Self.warming).sorted()
    guard !milliseconds.isEmpty else { throw ValidationError("too few records 记录太少") }
    func share(_ part: Double) -> Double {
      milliseconds[min(milliseconds.count - 1, Int(part * Double(milliseconds.count)))]
    }
    Output.line(
      #"{"p50":\#(share(0.5)),"p99":\#(share(0.99)),"found":\#(found),"of":\#(persons.count)}"#)
  }
}
