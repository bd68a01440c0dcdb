import FHIR
import Foundation
import RecordStore

/// Brings files of resources into a store, in an order that is always the same, and says what was
/// refused.
struct Loader {
  let sink: any Sink
  let journal: Journal?

  /// Lines of one file that travel together.
  private static let linesPerUnit = 256
  private static let unitInBytes = 2 << 20
  /// Units in work at one time: the writer is never without work, and memory stays bounded.
  private static let unitsInWork = 4

  /// One file of JSON, or some lines of one.
  private struct Unit: Sendable {
    var file: SourceFile
    var lines: [(bytes: [UInt8], number: Int)]
    /// Bytes of the file that it stands for.
    var taken: Int
  }

  /// Loads all files; those that others refer to are done before the others begin.
  func load(_ files: [SourceFile]) async throws(Anomaly) -> LoadReport {
    var run = Run(files)
    for isFoundation in [true, false] {
      let phase = files.filter { $0.isFoundation == isFoundation }
      try await load(phase, &run)
    }
    run.progress.clear()
    try journal?.finish()
    run.report.seconds = run.progress.seconds
    return run.report
  }

  /// What is known while a load goes on.
  private struct Run {
    var report = LoadReport()
    var progress: Progress
    var taken = 0

    init(_ files: [SourceFile]) {
      let size = files.reduce(0) { $0 + max(0, $1.sizeInBytes) }
      progress = Progress(unit: "resources", total: size)
      report.files = files.count
    }

    mutating func add(_ done: LoadReport, taken: Int) {
      self.taken += taken
      report.add(done)
      if !done.refused.isEmpty { progress.clear() }
      for refusal in done.refused { Talk.say(refusal.line) }
      progress.show(done: self.taken, count: report.stored)
    }
  }

  private func load(_ files: [SourceFile], _ run: inout Run) async throws(Anomaly) {
    let result = await withTaskGroup(
      of: Result<(LoadReport, Int), Anomaly>.self, returning: Result<Run, Anomaly>.self
    ) { [run] group in
      var run = run
      var inWork = 0
      do throws(Anomaly) {
        for file in files {
          do throws(Anomaly) {
            var units = try Units(file)
            while let unit = try units.next() {
              if inWork >= Self.unitsInWork, let done = await group.next() {
                let (report, taken) = try done.get()
                run.add(report, taken: taken)
                inWork -= 1
              }
              inWork += 1
              group.addTask { await self.load(unit) }
            }
          } catch  where error.isRefusal {
            run.add(LoadReport(refused: [.init(place: file.path, anomaly: error)]), taken: 0)
          }
        }
        for await done in group {
          let (report, taken) = try done.get()
          run.add(report, taken: taken)
        }
        return .success(run)
      } catch {
        group.cancelAll()
        return .failure(error)
      }
    }
    run = try result.get()
  }

  /// Cuts a file into units.
  private struct Units {
    let file: SourceFile
    private let lines: LineReader?
    private var isDone = false
    private var taken = 0

    init(_ file: SourceFile) throws(Anomaly) {
      self.file = file
      lines = file.form == .lines ? try LineReader(file) : nil
    }

    mutating func next() throws(Anomaly) -> Unit? {
      guard !isDone else { return nil }
      guard let lines else {
        isDone = true
        return Unit(file: file, lines: [], taken: max(0, file.sizeInBytes))
      }
      var unit = Unit(file: file, lines: [], taken: 0)
      var size = 0
      while unit.lines.count < Loader.linesPerUnit, size < Loader.unitInBytes,
        let line = try lines.next()
      {
        size += line.bytes.count
        unit.lines.append(line)
      }
      unit.taken = lines.taken - taken
      taken = lines.taken
      return unit.lines.isEmpty ? nil : unit
    }
  }

  // MARK: One unit

  private func load(_ unit: Unit) async -> Result<(LoadReport, Int), Anomaly> {
    do throws(Anomaly) {
      var report = LoadReport()
      var texts = unit.lines
      if texts.isEmpty {
        do throws(Anomaly) {
          texts = [(try unit.file.content(), 1)]
        } catch {
          report.refused.append(.init(place: unit.file.path, anomaly: error))
        }
      }
      let mark = Journal.mark(texts.map(\.bytes))
      if journal?.contains(mark) == true {
        report.skipped = texts.count
        return .success((report, unit.taken))
      }
      try await load(texts, of: unit.file, &report)
      if report.refused.isEmpty { try journal?.note(mark) }
      return .success((report, unit.taken))
    } catch {
      return .failure(error)
    }
  }

  private func load(
    _ texts: [(bytes: [UInt8], number: Int)], of file: SourceFile, _ report: inout LoadReport
  ) async throws(Anomaly) {
    var items: [Item] = []
    for text in texts {
      let place = "\(file.path):\(text.number)"
      do throws(Anomaly) {
        items += try Item.all(in: try file.document(text.bytes), at: place)
      } catch  where error.isRefusal {
        report.refused.append(.init(place: place, anomaly: error))
      }
    }
    guard !items.isEmpty else { return }
    for (item, refusal) in zip(items, try await sink.store(items.map(\.entries))) {
      if let refusal {
        report.refused.append(.init(place: item.place, anomaly: refusal))
      } else {
        report.stored += item.entries.count
      }
    }
  }
}
