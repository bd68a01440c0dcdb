/// An operation that FHIR R4 itself defines, <https://hl7.org/fhir/R4/operationslist.html>.
package struct StandardOperation: Sendable {
  /// A value that goes in or comes out.
  package struct Parameter: Sendable {
    /// Parts of a parameter are named by path, such as `designation.value`.
    package let name: String
    package let isInput: Bool
    package let min: Int
    /// `Int.max` stands for `*`.
    package let max: Int
    /// A type's name or `Any`; empty for a parameter with parts.
    package let type: String
    package let searchType: SearchParameterType?
  }

  /// The name after `$`.
  package let code: String
  package let name: String
  /// The canonical URL.
  package let url: String
  /// Whether it is called at `[base]/$code`, `[base]/Type/$code` and `[base]/Type/id/$code`.
  package let isSystem: Bool
  package let isType: Bool
  package let isInstance: Bool
  /// The types it is for; `Resource` for all.
  package let resources: [TypeID]
  package let parameters: [Parameter]
}

extension Schema {
  /// All operations that the standard defines.
  package var operations: [StandardOperation] { OperationsReader.r4 }
}

/// Data/fhir-r4/operations.tsv, read when first asked for.
private enum OperationsReader {
  static let r4: [StandardOperation] = {
    var operations: [StandardOperation] = []
    var head: [EmbeddedTable.Field] = []
    var parameters: [StandardOperation.Parameter] = []
    func finish() {
      if !head.isEmpty { operations.append(operation(head, parameters)) }
      parameters = []
    }
    EmbeddedTable("fhir-r4/operations.tsv").forEachRow(columns: 6) { row in
      if row[0].equals("P") {
        parameters.append(parameter(row))
      } else {
        finish()
        head = row
      }
    }
    finish()
    return operations
  }()

  private static func operation(
    _ row: [EmbeddedTable.Field], _ parameters: [StandardOperation.Parameter]
  ) -> StandardOperation {
    StandardOperation(
      code: row[1].text, name: row[5].text, url: row[4].text,
      isSystem: row[2].contains(UInt8(ascii: "s")), isType: row[2].contains(UInt8(ascii: "t")),
      isInstance: row[2].contains(UInt8(ascii: "i")),
      resources: row[3].words.compactMap { Schema.r4.type(named: $0) }, parameters: parameters)
  }

  private static func parameter(_ row: [EmbeddedTable.Field]) -> StandardOperation.Parameter {
    let (min, max) = SchemaReader.cardinality(row[3])
    return StandardOperation.Parameter(
      name: row[1].text, isInput: row[2].equals("in"), min: min, max: max, type: row[4].text,
      searchType: SearchParameterType(rawValue: row[5].text))
  }
}
