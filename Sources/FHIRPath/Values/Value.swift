package import FHIR

/// One item of a collection: an element of a resource, or a value of FHIRPath's own types.
package enum Value: Sendable {
  case node(Node)
  case boolean(Bool)
  case integer(Int)
  case decimal(ExactDecimal)
  case string(String)
  indirect case date(PartialDate)
  indirect case dateTime(PartialDate)
  indirect case time(PartialTime)
  indirect case quantity(Quantity)
  /// What `type()` yields.
  indirect case type(TypeName)
}

/// The namespace and name of a type, <https://hl7.org/fhirpath/N1/#reflection>.
package struct TypeName: Hashable, Sendable {
  package let namespace: String
  package let name: String
}

extension Value {
  /// The value of FHIRPath's own types that a FHIR primitive or quantity stands for; other elements
  /// stay elements.
  ///
  /// <https://hl7.org/fhir/R4/fhirpath.html#types>
  var system: Value {
    guard case .node(let node) = self else { return self }
    if let primitive = node.type.primitive { return node.systemValue(primitive) ?? self }
    if node.isQuantity, let quantity = Quantity(node) { return .quantity(quantity) }
    return self
  }

  var typeName: TypeName {
    switch self {
    case .node(let node): TypeName(namespace: "FHIR", name: node.typeName)
    case .boolean: TypeName(namespace: "System", name: "Boolean")
    case .integer: TypeName(namespace: "System", name: "Integer")
    case .decimal: TypeName(namespace: "System", name: "Decimal")
    case .string: TypeName(namespace: "System", name: "String")
    case .date: TypeName(namespace: "System", name: "Date")
    case .dateTime: TypeName(namespace: "System", name: "DateTime")
    case .time: TypeName(namespace: "System", name: "Time")
    case .quantity: TypeName(namespace: "System", name: "Quantity")
    case .type: TypeName(namespace: "System", name: "ClassInfo")
    }
  }

  /// Whether the value is of the type or of one based on it.
  func isOf(_ type: TypeSpecifier) -> Bool {
    if case .node(let node) = self {
      return type.fhir.map { Schema.r4.isSubtype(node.type, of: $0) } ?? (type.system == "Any")
    }
    return type.system.map { $0 == typeName.name || $0 == "Any" } ?? false
  }

  /// The same for `ofType`, where a primitive type does not count as the one it is based on.
  ///
  /// The official suite has `Patient.gender.ofType(string)` empty.
  func isExactly(_ type: TypeSpecifier) -> Bool {
    if case .node(let node) = self, node.type.isPrimitive { return node.type == type.fhir }
    return isOf(type)
  }

  /// The text of a string; nil for anything else.
  var string: String? {
    if case .string(let text) = system { return text }
    return nil
  }

  var integer: Int? {
    switch system {
    case .integer(let value): value
    case .decimal(let value): value.integer
    default: nil
    }
  }

  var decimal: ExactDecimal? {
    switch system {
    case .integer(let value): ExactDecimal(value)
    case .decimal(let value): value
    default: nil
    }
  }
}
