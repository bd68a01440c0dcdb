import FHIR

/// The prefixes and units of UCUM, read once from Data/ucum/units.tsv.
struct UnitTable: Sendable {
  static let shared = UnitTable()

  struct Prefix: Sendable {
    let name: String
    let factor: Ratio
  }

  /// A unit without a prefix.
  struct Atom: Sendable {
    let code: String
    let name: String
    let takesPrefixes: Bool
    let isArbitrary: Bool
    /// The function of a special unit such as `Cel`; nil for all others.
    let function: SpecialFunction?
    /// The value in units of `unit`; nil for a base unit.
    let value: ExactDecimal?
    /// What the unit is defined by; empty for a base unit.
    let unit: String
  }

  let prefixes: [String: Prefix]
  let atoms: [String: Atom]

  private init() {
    var prefixes: [String: Prefix] = [:]
    var atoms: [String: Atom] = [:]
    EmbeddedTable("ucum/units.tsv").forEachRow(columns: 7) { row in
      let fields = row.map { String(decoding: $0, as: UTF8.self) }
      switch fields[0] {
      case "P":
        guard let value = ExactDecimal(fields[3]), let factor = Ratio(value) else {
          preconditionFailure("units.tsv: \(fields)")
        }
        prefixes[fields[1]] = Prefix(name: fields[2], factor: factor)
      case "B": atoms[fields[1]] = UnitTable.base(fields)
      default: atoms[fields[1]] = UnitTable.derived(fields)
      }
    }
    self.prefixes = prefixes
    self.atoms = atoms
  }

  private static func base(_ fields: [String]) -> Atom {
    Atom(
      code: fields[1], name: fields[2], takesPrefixes: true, isArbitrary: false, function: nil,
      value: nil, unit: "")
  }

  private static func derived(_ fields: [String]) -> Atom {
    // pi is written with more digits than a decimal holds; 36 of them stay.
    guard let value = ExactDecimal(String(fields[4].prefix(37))) else {
      preconditionFailure("units.tsv: \(fields)")
    }
    let function = fields[6].isEmpty ? nil : SpecialFunction(rawValue: fields[6])
    precondition(fields[6].isEmpty || function != nil, "units.tsv: no function \(fields[6])")
    return Atom(
      code: fields[1], name: fields[2], takesPrefixes: fields[3].contains("m"),
      isArbitrary: fields[3].contains("a"), function: function, value: value, unit: fields[5])
  }
}
