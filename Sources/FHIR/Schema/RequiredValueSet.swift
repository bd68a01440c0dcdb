/// A value set of a required binding with all its codes, <https://hl7.org/fhir/R4/valueset.html>.
package final class RequiredValueSet: Sendable {
  /// The canonical URL without a version.
  package let url: String
  /// Whether all codes are known; otherwise they are those of a system outside FHIR, such as UCUM.
  package let isComplete: Bool
  /// In the order of the definition; none unless complete.
  package let codes: [(system: String, code: String)]
  private let words: NameTable
  private let members: Set<UInt32>

  fileprivate init(
    url: String, isComplete: Bool, codes: [(system: String, code: String)], words: NameTable,
    members: Set<UInt32>
  ) {
    self.url = url
    self.isComplete = isComplete
    self.codes = codes
    self.words = words
    self.members = members
  }

  /// Whether a code of a system is in it, as for a `Coding`; does not allocate.
  package func contains(system: UnsafeRawBufferPointer, code: UnsafeRawBufferPointer) -> Bool {
    let system = words.number(of: system)
    return system != 0 && contains(system, words.number(of: code))
  }

  /// Whether a code of whatever system is in it, as for a `code`; does not allocate.
  package func contains(code: UnsafeRawBufferPointer) -> Bool {
    contains(0, words.number(of: code))
  }

  package func contains(system: String, code: String) -> Bool {
    var (system, code) = (system, code)
    return system.withUTF8 { system in
      code.withUTF8 { code in
        contains(system: UnsafeRawBufferPointer(system), code: UnsafeRawBufferPointer(code))
      }
    }
  }

  package func contains(code: String) -> Bool {
    var code = code
    return code.withUTF8 { contains(code: UnsafeRawBufferPointer($0)) }
  }

  private func contains(_ system: UInt16, _ code: UInt16) -> Bool {
    code != 0 && members.contains(UInt32(system) << 16 | UInt32(code))
  }
}

extension Schema {
  /// The codes of a value set that some element or extension is bound to as required.
  ///
  /// A version after `|` in the URL is left out of account: all are of the edition of the schema.
  package func requiredCodes(_ valueSet: String) -> RequiredValueSet? {
    let url = valueSet.split(separator: "|", maxSplits: 1).first.map(String.init)
    return url.flatMap { RequiredCodesReader.r4[$0] }
  }
}

/// Data/fhir-r4/requiredcodes.tsv, read when a value set is first asked for.
private struct RequiredCodesReader {
  static let r4: [String: RequiredValueSet] = {
    var reader = RequiredCodesReader()
    return reader.read()
  }()

  private struct Draft {
    var url: String
    var isComplete: Bool
    var codes: [(system: String, code: String)] = []
    var members: Set<UInt32> = []
  }

  private var words = NameTable()
  private var drafts: [Draft] = []

  private mutating func read() -> [String: RequiredValueSet] {
    EmbeddedTable("fhir-r4/requiredcodes.tsv").forEachRow(columns: 3) { row in
      if row[0].equals("V") {
        drafts.append(Draft(url: row[1].text, isComplete: row[2].equals("closed")))
      } else {
        add(row[2...], of: row[1])
      }
    }
    return Dictionary(
      uniqueKeysWithValues: drafts.map { draft in
        let set = RequiredValueSet(
          url: draft.url, isComplete: draft.isComplete, codes: draft.codes, words: words,
          members: draft.members)
        return (draft.url, set)
      })
  }

  private mutating func add(
    _ codes: ArraySlice<EmbeddedTable.Field>, of system: EmbeddedTable.Field
  ) {
    let number = UInt32(words.intern(system))
    for code in codes {
      let member = UInt32(words.intern(code))
      drafts[drafts.count - 1].members.insert(member)
      drafts[drafts.count - 1].members.insert(number << 16 | member)
      drafts[drafts.count - 1].codes.append((system.text, code.text))
    }
  }
}
