/// The resources about one person or thing.
///
/// <https://hl7.org/fhir/R4/compartmentdefinition.html>
package struct Compartment: Sendable {
  /// The type of resource in the middle, such as `Patient`.
  package let type: TypeID
  /// By which search parameters a resource of each type belongs; a type that never does is absent.
  package let parameters: [TypeID: [String]]
}

extension Schema {
  /// The five compartments of the standard, by the type in the middle.
  package var compartments: [TypeID: Compartment] { CompartmentTable.r4 }

  /// The compartment around a resource of this type, if the standard has one.
  package func compartment(of type: TypeID) -> Compartment? { compartments[type] }
}

/// Data/fhir-r4/compartments.tsv, read when first asked for.
private enum CompartmentTable {
  static let r4: [TypeID: Compartment] = {
    let schema = Schema.r4
    var parameters: [TypeID: [TypeID: [String]]] = [:]
    EmbeddedTable("fhir-r4/compartments.tsv").forEachRow(columns: 3) { row in
      guard let center = schema.type(named: row[0]), let member = schema.type(named: row[1]) else {
        preconditionFailure("compartments.tsv names an unknown type")
      }
      parameters[center, default: [:]][member] = row[2].words.map(\.text)
    }
    return Dictionary(
      uniqueKeysWithValues: parameters.map {
        ($0.key, Compartment(type: $0.key, parameters: $0.value))
      })
  }()
}
