import Foundation

/// By how much agreeing on one value says more, or less, than agreeing on the trait at large.
///
/// The term-frequency adjustment: u is replaced with the share of records that have the value.
struct Rareness: Sendable {
  /// Bits by value, those of one trait after those of another.
  private var bits: [Float] = []
  /// By trait: where its bits begin; one more at the end.
  private var starts: [Int] = [0]

  /// A personal value that more records have than one person's is shared: a family's telephone.
  static let recordsOfOnePerson = 4

  /// Knows no value: all are as frequent as the trait says.
  init() { starts = [Int](repeating: 0, count: Trait.count + 1) }

  init(_ packing: Packing, _ model: MatchModel) {
    for trait in Trait.allCases {
      defer { starts.append(bits.count) }
      guard trait.countsRareness || trait.isPersonal else { continue }
      let lexicon: Trait = trait == .given ? .surname : trait
      var counts = [UInt32](repeating: 0, count: packing.vocabulary[lexicon].count)
      var known = 0
      for place in stride(from: trait.rawValue, to: packing.rows.count, by: Packing.width) {
        let value = packing.rows[place]
        guard value != 0, value & Vocabulary.listBit == 0 else { continue }
        counts[Int(value)] += 1
        known += 1
      }
      guard known > 0 else { continue }
      if lexicon == .surname { Self.shareReadings(packing.vocabulary, &counts) }
      let level = trait == .nationalNumber ? Level.proven : Level.exact
      let u = model.u[trait.rawValue * Level.count + Int(level)]
      bits += counts.map { count in
        let people =
          trait.isPersonal ? max(0, Double(count) - Double(Self.recordsOfOnePerson)) : Double(count)
        guard people > 0 else { return 0 }
        let adjusted = Float(log2(u * Double(known) / people))
        return trait.isPersonal ? min(0, adjusted) : adjusted
      }
    }
  }

  /// The most that rareness adds to agreement on a trait.
  func most(_ trait: Trait) -> Float {
    bits[starts[trait.rawValue]..<starts[trait.rawValue + 1]].max() ?? 0
  }

  /// A name in Latin letters is as frequent as all names of its reading are.
  private static func shareReadings(_ vocabulary: Vocabulary, _ counts: inout [UInt32]) {
    var sums = [UInt32](repeating: 0, count: vocabulary.readings.count)
    for (name, count) in counts.enumerated() { sums[Int(vocabulary.reading[name])] += count }
    for name in counts.indices where !vocabulary.isHan[name] {
      counts[name] = sums[Int(vocabulary.reading[name])]
    }
  }

  /// The sum over all traits on which the two agree exactly.
  @inline(__always)
  func adjustment(_ pattern: Pattern, _ row: Comparison.Row) -> Float {
    bits.withUnsafeBufferPointer { bits in
      starts.withUnsafeBufferPointer { starts in
        var sum: Float = 0
        for trait in 0..<Trait.count {
          let level = pattern[trait]
          guard level == Level.exact || level == Level.proven else { continue }
          let place = starts[trait] + Int(row[trait])
          if place < starts[trait + 1] { sum += bits[place] }
        }
        return sum
      }
    }
  }
}
