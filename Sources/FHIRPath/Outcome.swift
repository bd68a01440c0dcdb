package import FHIR

extension Value {
  /// The name of the type as results show it: `HumanName`, `date`, and of FHIRPath's own types in
  /// lower case.
  package var shownType: String {
    let type = typeName
    if type.namespace == "FHIR" { return type.name }
    switch self {
    case .quantity, .type: return type.name
    default: return type.name.prefix(1).lowercased() + type.name.dropFirst()
    }
  }

  /// The value as JSON; numbers keep their digits, quantities become FHIR's `Quantity`.
  package var json: JSON {
    switch self {
    case .node(let node): node.isValueless ? .null : JSON(node.cursor)
    case .boolean(let value): .bool(value)
    case .integer(let value): .number(value)
    case .decimal(let value): .number(value.description)
    case .string(let text): .string(text)
    case .date, .dateTime, .time: .string(Conversion.string(self) ?? "")
    case .quantity(let quantity):
      [
        "value": .number(quantity.value.description), "unit": .string(quantity.unitText),
        "system": .string("http://unitsofmeasure.org"), "code": .string(quantity.unitText),
      ]
    case .type(let type): ["namespace": .string(type.namespace), "name": .string(type.name)]
    }
  }

  /// The value in words: text as it is, anything with parts as JSON.
  package var shownText: String {
    if let text = Conversion.string(system) { return text }
    if case .type(let type) = self { return "\(type.namespace).\(type.name)" }
    return json.text
  }

  /// What the command `kangqu fhirpath` prints: an array of `{"type","value"}`.
  ///
  /// A quantity of FHIRPath's own is shown as it is written there, `4 days` or `10 'mg'`.
  package static func described(_ values: [Value]) -> JSON {
    .array(
      values.map { value in
        var shown = value.json
        if case .quantity(let quantity) = value { shown = .string(quantity.description) }
        return ["type": .string(value.shownType), "value": shown]
      })
  }
}
