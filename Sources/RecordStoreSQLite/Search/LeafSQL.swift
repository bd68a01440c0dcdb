import FHIR
import FHIRSearch

/// `SELECT rid FROM table WHERE condition`: what a leaf of the tree comes to, maybe several of
/// them.
struct RowSelect: Hashable, Sendable {
  enum Table: String, Sendable { case idx, txt, composite, ident, resource, fulltext }

  var table: Table
  /// Names columns of the table without its name, and never `rid`.
  var condition: SQLText
  /// What is selected; the row's resource unless a reference is followed backwards.
  var column = "rid"
  /// Whether every row has the same key but for `rid`, so that rows come in the order of `rid`.
  var isPoint = false

  var text: SQLText {
    let selected = column == "rid" ? column : column + " AS rid"
    return "SELECT \(raw: selected) FROM \(raw: table.rawValue) WHERE \(condition)"
  }

  /// The dense id, where other tables are near.
  var rid: String { table.rawValue + "." + column }
}

/// The rows that tokens, texts, URIs and references are found by.
extension Expression {
  static func keys(_ keys: ParameterKeys, _ variant: IndexVariant) -> [SQLValue] {
    keys.keys(variant).map { .integer(Int64($0)) }
  }

  static func keys(_ keys: ParameterKeys, _ variants: [IndexVariant]) -> [SQLValue] {
    variants.flatMap { self.keys(keys, $0) }
  }

  static func rows(_ keys: ParameterKeys, _ token: TokenValue) -> [RowSelect] {
    let param = Expression.keys(keys, token.variant)
    var condition: SQLText = "param \(oneOf: param)"
    if let code = token.codeHash { condition = "\(condition) AND lo = \(code)" }
    if let system = token.systemHash { condition = "\(condition) AND hi = \(system)" }
    let isPoint = param.count == 1 && token.code != nil && token.system != .any
    return [RowSelect(table: .idx, condition: condition, isPoint: isPoint)]
  }

  /// The codes of each system as one bound list, however many there are.
  static func rows(_ keys: ParameterKeys, _ set: CodeSet) -> [RowSelect] {
    let param = Expression.keys(keys, .value)
    return set.systems.map { system in
      let list = "[" + (set.codes[system] ?? []).map(String.init).joined(separator: ",") + "]"
      let condition: SQLText = """
        param \(oneOf: param) AND hi = \(system) \
        AND lo IN (SELECT value FROM json_each(\(list)))
        """
      return RowSelect(table: .idx, condition: condition)
    }
  }

  static func rows(_ keys: ParameterKeys, _ string: StringValue) -> [RowSelect] {
    let param = Expression.keys(keys, string.variant)
    let condition: SQLText
    switch string.match {
    case .starts:
      let folded = string.folded
      condition =
        "param \(oneOf: param) AND text >= \(folded) AND text < \(StringValue.end(of: folded))"
    case .exact: condition = "param \(oneOf: param) AND text = \(string.exactRow)"
    case .contains: condition = "param \(oneOf: param) AND instr(text, \(string.folded)) > 0"
    }
    return [
      RowSelect(
        table: .txt, condition: condition, isPoint: string.match == .exact && param.count == 1)
    ]
  }

  static func rows(_ keys: ParameterKeys, _ uri: URIValue) -> [RowSelect] {
    let param = Expression.keys(keys, .value)
    func from(_ start: String, _ end: String) -> RowSelect {
      RowSelect(
        table: .txt, condition: "param \(oneOf: param) AND text >= \(start) AND text < \(end)")
    }
    switch uri {
    case .equal(let url):
      let exact = RowSelect(
        table: .txt, condition: "param \(oneOf: param) AND text = \(url)",
        isPoint: param.count == 1)
      // A canonical URL without a version means any version; `}` follows `|`.
      return url.contains("|") ? [exact] : [exact, from(url + "|", url + "}")]
    case .below(let url):
      return [from(url, StringValue.end(of: url))]
    case .above(let urls):
      let values = urls.map { SQLValue.text($0) }
      return [
        RowSelect(
          table: .txt, condition: "param \(oneOf: param) AND text \(oneOf: values)")
      ]
    }
  }

  static func rows(_ keys: ParameterKeys, _ reference: ReferenceValue) -> [RowSelect] {
    let param = Expression.keys(keys, .value)
    var rows: [RowSelect] = []
    if let id = reference.id {
      rows.append(
        RowSelect(
          table: .idx,
          condition: "param \(oneOf: param) AND \(target(reference.types, id)) AND hi = 0",
          isPoint: param.count == 1 && reference.types.count == 1))
    }
    if let url = reference.url {
      rows.append(
        RowSelect(
          table: .idx, condition: "param \(oneOf: param) AND lo = \(Hash.url(url)) AND hi = -1",
          isPoint: param.count == 1))
    }
    return rows
  }

  /// `lo` is the dense id of a resource.
  static func target(_ types: [TypeID], _ id: String) -> SQLText {
    if types.count == 1 { return "lo = (\(ident(types, id)))" }
    return "lo IN (\(ident(types, id)))"
  }

  /// The dense id of a resource; of any type where so many are allowed that asking costs more.
  ///
  /// The plus sign takes the affinity from `rid`, which `lo` does not have: else SQLite would read
  /// all rows of the parameter.
  static func ident(_ types: [TypeID], _ id: String) -> SQLText {
    guard types.count <= typeLimit else {
      return "SELECT +rid FROM ident WHERE id = \(.id(id))"
    }
    let numbers = types.map { SQLValue.integer(Int64($0.rawValue)) }
    return "SELECT +rid FROM ident WHERE id = \(.id(id)) AND type \(oneOf: numbers)"
  }

  private static let typeLimit = 32
}
