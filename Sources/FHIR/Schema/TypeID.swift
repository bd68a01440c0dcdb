/// The index of a type in `Schema.types`; the content of a backbone element is a type too.
package struct TypeID: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// A primitive type's number is the number of its type.
  package init(_ primitive: Primitive) { rawValue = UInt16(primitive.rawValue) }

  /// The primitive that this type is, if it is one.
  package var primitive: Primitive? {
    rawValue < UInt16(Primitive.allCases.count) ? Primitive(rawValue: UInt8(rawValue)) : nil
  }

  package var isPrimitive: Bool { rawValue < UInt16(Primitive.allCases.count) }
}

/// Types that have their number beforehand: Data/fhir-r4/types.tsv begins with them, in this order.
extension TypeID {
  package static var element: TypeID { TypeID(rawValue: 20) }
  package static var backboneElement: TypeID { TypeID(rawValue: 21) }
  package static var resource: TypeID { TypeID(rawValue: 22) }
  package static var domainResource: TypeID { TypeID(rawValue: 23) }
  package static var `extension`: TypeID { TypeID(rawValue: 24) }
  package static var reference: TypeID { TypeID(rawValue: 25) }
  package static var quantity: TypeID { TypeID(rawValue: 26) }
  package static var coding: TypeID { TypeID(rawValue: 27) }
  package static var codeableConcept: TypeID { TypeID(rawValue: 28) }
  package static var identifier: TypeID { TypeID(rawValue: 29) }
  package static var period: TypeID { TypeID(rawValue: 30) }
  package static var meta: TypeID { TypeID(rawValue: 31) }
  package static var narrative: TypeID { TypeID(rawValue: 32) }
  package static var humanName: TypeID { TypeID(rawValue: 33) }
  package static var address: TypeID { TypeID(rawValue: 34) }
  package static var contactPoint: TypeID { TypeID(rawValue: 35) }
  package static var money: TypeID { TypeID(rawValue: 36) }
  package static var range: TypeID { TypeID(rawValue: 37) }
  package static var ratio: TypeID { TypeID(rawValue: 38) }
  package static var annotation: TypeID { TypeID(rawValue: 39) }
  package static var attachment: TypeID { TypeID(rawValue: 40) }
  package static var timing: TypeID { TypeID(rawValue: 41) }
}
