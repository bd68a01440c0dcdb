import FHIR

extension MatchModel {
  /// The weights that come with the program, for an index that has nobody to learn from.
  ///
  /// `Data/people/weights.tsv` says on which records they were learnt.
  static let shipped: MatchModel = {
    var m = [Double](repeating: 0, count: Trait.count * Level.count)
    var u = m
    var chance = 0.0
    EmbeddedTable("people/weights.tsv").forEachRow(columns: 4) { row in
      guard let first = Double(row[2].text) else {
        preconditionFailure("weights.tsv: \(row[2].text)")
      }
      if row[0].equals("chance") {
        chance = first
        return
      }
      guard let trait = Trait.allCases.first(where: { "\($0)" == row[0].text }),
        let level = Level.names.firstIndex(of: row[1].text), let second = Double(row[3].text)
      else { preconditionFailure("weights.tsv: \(row[0].text) \(row[1].text)") }
      m[trait.rawValue * Level.count + level] = first
      u[trait.rawValue * Level.count + level] = second
    }
    precondition(chance > 0 && chance < 1, "weights.tsv has no chance")
    return MatchModel(m: m, u: u, chance: chance)
  }()

  /// The model in the form of `Data/people/weights.tsv`.
  package var table: String {
    var text = "chance\t\t\(chance)\n"
    for trait in Trait.allCases {
      for level in trait.levels {
        let place = trait.rawValue * Level.count + Int(level)
        text += "\(trait)\t\(Level.names[Int(level)])\t\(m[place])\t\(u[place])\n"
      }
    }
    return text
  }
}
