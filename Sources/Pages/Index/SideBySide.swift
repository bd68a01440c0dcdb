import FHIR
import MasterIndex
import People
import RecordStore

/// Two records next to each other: what each says of one thing, and whether that is the same.
struct SideBySide: Sendable {
  struct Row: Sendable {
    var name: String
    var one: [String]
    var other: [String]
    /// How a value is shown to whoever did not ask for all of it.
    var mask: (@Sendable (String) -> String)?

    private enum Difference: String { case same, different, missing }

    private var difference: Difference {
      if one.isEmpty || other.isEmpty { return .missing }
      let (left, right) = (Set(one.map(Self.plain)), Set(other.map(Self.plain)))
      return left.isDisjoint(with: right) ? .different : .same
    }

    /// Without the spaces and the width of letters, which say nothing.
    private static func plain(_ text: String) -> String {
      var out = String.UnicodeScalarView()
      for scalar in text.unicodeScalars where scalar.value != 0x20 && scalar.value != 0x3000 {
        let isWide = (0xFF01...0xFF5E).contains(scalar.value)
        out.append(isWide ? Unicode.Scalar(UInt8(scalar.value - 0xFEE0)) : scalar)
      }
      return String(out).lowercased()
    }

    func values(_ language: Language, isShown: Bool) -> [String: Any] {
      func shown(_ values: [String]) -> [[String: Any]] {
        values.map { ["text": isShown ? $0 : mask?($0) ?? $0] }
      }
      let difference = difference
      return [
        "name": Texts.text(name, language), "one": shown(one), "other": shown(other),
        "isSame": difference == .same, "differs": difference == .different,
        "verdict": Texts.text("compare-" + difference.rawValue, language),
      ]
    }
  }

  let rows: [Row]

  init(_ one: JSONCursor, _ other: JSONCursor, _ language: Language) {
    let (left, right) = (Self.fields(one, language), Self.fields(other, language))
    rows = zip(left, right).compactMap { left, right in
      left.values.isEmpty && right.values.isEmpty
        ? nil : Row(name: left.name, one: left.values, other: right.values, mask: left.mask)
    }
  }

  private typealias Field = (
    name: String, values: [String], mask: (@Sendable (String) -> String)?
  )

  private static func fields(_ patient: JSONCursor, _ language: Language) -> [Field] {
    let person = Person(patient)
    func identifiers(_ isWanted: (String) -> Bool) -> [String] {
      patient.all("identifier").filter { isWanted($0.text("system") ?? "") }
        .compactMap { $0.text("value") }
    }
    let known = [Person.identityNumberSystem, Person.healthCardSystem]
    let record = PersonRecord(patient: patient)
    return [
      ("name", PersonName.names(of: patient).map(\.text), nil),
      ("sex", person.sex(language).map { [$0] } ?? [], nil),
      ("birthDate", patient.text("birthDate").map { [$0] } ?? [], nil),
      (
        "identityNumber", identifiers { $0 == Person.identityNumberSystem },
        Masking.identityNumber
      ),
      ("healthCard", identifiers { $0 == Person.healthCardSystem }, Masking.identityNumber),
      ("otherNumbers", identifiers { !known.contains($0) }, nil),
      ("phone", patient.all("telecom").compactMap { $0.text("value") }, Masking.phone),
      ("address", person.address.map { [$0] } ?? [], nil),
      ("mother", record.mother.isEmpty ? [] : [record.mother], nil),
      ("father", record.father.isEmpty ? [] : [record.father], nil),
      ("death", person.death.map { [$0.text] } ?? [], nil),
      ("recordSource", SourceText.source(of: patient).map { [$0] } ?? [], nil),
      ("doubtful", record.findings.map { Self.doubt($0, language) }, Self.reason),
    ]
  }

  private static func doubt(_ finding: People.Finding, _ language: Language) -> String {
    Texts.text("doubt-" + finding.reason.rawValue, language) + ": " + finding.value
  }

  /// Why a value is doubtful, without the value.
  private static let reason: @Sendable (String) -> String = { doubt in
    doubt.split(separator: ":").first.map(String.init) ?? doubt
  }
}
