import Foundation

/// How far a long work is: a bar on a terminal, elsewhere a line every ten seconds.
struct Progress {
  private let started = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant
  private let unit: String
  /// What all of it will be, as far as known: bytes of the files.
  private let total: Int

  private static let barWidth = 24
  private static let redraw = Duration.milliseconds(100)
  private static let lineEvery = Duration.seconds(10)

  init(unit: String, total: Int) {
    self.unit = unit
    self.total = total
    lastShown = started
  }

  var seconds: Double {
    let elapsed = (ContinuousClock.now - started).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  /// Shows where things are, if it is time to.
  mutating func show(done: Int, count: Int) {
    let now = ContinuousClock.now
    guard now - lastShown > (Talk.isTerminal ? Self.redraw : Self.lineEvery) else { return }
    lastShown = now
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
    let rate = Int(Double(count) / max(seconds, 0.001))
    let text = "\(Int(share * 100)) %  \(count) \(unit)  \(rate)/s"
    guard Talk.isTerminal else { return Talk.say(text) }
    let filled = Int(share * Double(Self.barWidth))
    let bar =
      String(repeating: "█", count: filled)
      + String(repeating: "░", count: Self.barWidth - filled)
    FileHandle.standardError.write(Data("\r\(bar) \(text)\u{1B}[K".utf8))
  }

  /// Takes the bar away, so that other lines can be written.
  func clear() {
    if Talk.isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
