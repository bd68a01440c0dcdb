import FHIR

/// The form that builds a search: a type, rows of parameter, modifier and value, and what to show.
///
/// It works without script: the form comes back to `/build`, which answers with the query's
/// own address.
struct QueryBuilder: Sendable {
  /// How many rows of parameters the form has.
  static let rowCount = 4

  let type: TypeID

  /// The modifiers of each kind of parameter. <https://hl7.org/fhir/R4/search.html#modifiers>
  static let modifiers: [SearchParameterType: [String]] = [
    .string: ["exact", "contains", "missing"],
    .token: ["not", "text", "in", "not-in", "above", "below", "of-type", "missing"],
    .reference: ["identifier", "missing"],
    .uri: ["above", "below", "missing"],
    .date: ["missing"], .number: ["missing"], .quantity: ["missing"], .composite: ["missing"],
  ]

  static var allModifiers: [String] {
    Array(Set(modifiers.values.joined())).sorted()
  }

  /// The form's choices, filled with the rows of a query that was asked before.
  func values(rows asked: [(name: String, value: String)], _ frame: Frame) -> [String: Any] {
    let parameters = Schema.r4.searchParameters(for: type)
      .sorted {
        ($0.code.hasPrefix("_") ? 1 : 0, $0.code) < ($1.code.hasPrefix("_") ? 1 : 0, $1.code)
      }
    let rows = (0..<max(Self.rowCount, min(asked.count + 1, 12))).map { index in
      let row = index < asked.count ? asked[index] : (name: "", value: "")
      return self.row(index, row, parameters)
    }
    return ["type": Schema.r4.name(of: type), "rows": rows]
  }

  private func row(
    _ index: Int, _ row: (name: String, value: String), _ parameters: [SearchParameterDefinition]
  ) -> [String: Any] {
    let parts = row.name.split(separator: ":", maxSplits: 1).map(String.init)
    let code = parts.first ?? ""
    let modifier = parts.count > 1 ? parts[1] : ""
    var options = parameters.map { parameter in
      [
        "code": parameter.code, "kind": parameter.type.rawValue,
        "isChosen": parameter.code == code,
      ] as [String: Any]
    }
    // Chains and `_has` are no parameters of the type but stay in the form as they were asked.
    if !code.isEmpty, !parameters.contains(where: { $0.code == code }) {
      options.insert(["code": code, "kind": "", "isChosen": true], at: 0)
    }
    var modifiers = Self.allModifiers.map {
      ["name": $0, "isChosen": $0 == modifier] as [String: Any]
    }
    if !modifier.isEmpty, !Self.allModifiers.contains(modifier) {
      modifiers.insert(["name": modifier, "isChosen": true], at: 0)
    }
    return [
      "number": index + 1, "options": options, "modifiers": modifiers, "value": row.value,
    ]
  }

  /// The address of the query that a filled form means, such as
  /// `/fhir/Patient?name:exact=%E7%8E%8B`.
  static func address(of request: PageRequest) -> String? {
    guard let type = request["type"], let id = Schema.r4.type(named: type),
      Schema.r4.resourceTypes.contains(id)
    else { return nil }
    var items: [String] = []
    for number in 1...12 {
      guard let code = request["p\(number)"], let value = request["v\(number)"] else { continue }
      let modifier = request["m\(number)"].map { ":" + $0 } ?? ""
      items.append("\(code)\(modifier)=\(value.urlEncoded)")
    }
    for name in ["_sort", "_count"] {
      if let value = request[name] { items.append("\(name)=\(value.urlEncoded)") }
    }
    return "/fhir/\(type)" + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
  }
}
