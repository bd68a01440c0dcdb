import FHIR

/// What the walk must know of a type, ready to be read without a reference count.
struct TypePlan {
  /// Types that have rules of their own beside those of their elements.
  enum Kind: UInt8 {
    case ordinary, `extension`, reference, narrative, bundle, identifier, coding, codeableConcept,
      quantity
    case questionnaireItem
  }

  /// The elements that must be there, a bit for each in the order of the type.
  var required: UInt64 = 0
  /// The elements that have a bound above 1, or must not be there.
  var bounded: UInt64 = 0
  /// The place of the type's first element among all `ElementPlan`s.
  var firstElement = 0
  var kind = Kind.ordinary
  /// The place of the type's first invariant among `Plans.rules`.
  var firstRule = 0
  var ruleCount = 0
  /// Whether its id stands once in a resource; a StructureDefinition repeats those of its elements.
  var hasUniqueID = true
  var isResource = false
  var isConcreteResource = false
}

/// What the walk must know of an element.
struct ElementPlan {
  /// The types that a reference may lead to: a range of `Plans.targets`, empty for any.
  var firstTarget = 0
  var targetCount = 0
  var hasTypeProfile = false
  /// The place of the element's first own invariant among `Plans.rules`.
  var firstRule = 0
  var ruleCount = 0
  /// The codes that a value must be one of, at `Plans.valueSets`; negative for any.
  var valueSet: Int = -1
  /// The required value set whose codes are not FHIR's to list, at `Plans.openValueSets`; negative
  /// for none.
  var openValueSet: Int = -1
}

/// The plans of all types, made once from the schema, in memory that lives as long as the program.
final class Plans: @unchecked Sendable {
  static let r4 = Plans(.r4)

  let schema: Schema
  let types: UnsafePointer<TypePlan>
  let elements: UnsafePointer<ElementPlan>
  let targets: UnsafePointer<TypeID>
  let valueSets: [CodeRule]
  let openValueSets: [String]
  let extensions: KnownExtensions
  let rules: [Rule]
  /// The keys of all invariants of the standard.
  let ruleKeys: Set<String>

  private init(_ schema: Schema) {
    self.schema = schema
    var elements: [ElementPlan] = []
    var targets: [TypeID] = []
    var rules: [Rule] = []
    var valueSets: [CodeRule] = []
    var valueSetPlaces: [String: Int] = [:]
    var openValueSets: [String] = []
    types = Self.kept(
      schema.types.map { type in
        var plan = TypePlan()
        plan.firstElement = elements.count
        plan.kind = Self.kind(of: type, in: schema)
        plan.hasUniqueID = type.name != "ElementDefinition"
        plan.isResource = type.kind == .resource
        plan.isConcreteResource = plan.isResource && !type.isAbstract
        plan.firstRule = rules.count
        rules += Rule.compiled(schema.invariants(of: type.id), on: type)
        plan.ruleCount = rules.count - plan.firstRule
        precondition(type.elements.count <= 64, "\(type.name) has too many elements")
        for (index, element) in type.elements.enumerated() {
          let bit = UInt64(1) << UInt64(index)
          if element.min > 0 { plan.required |= bit }
          if element.max == 0 || element.isArray && element.max < .max { plan.bounded |= bit }
          var elementPlan = ElementPlan()
          if let reference = element.types.first(where: { !$0.targets.isEmpty }) {
            elementPlan.firstTarget = targets.count
            elementPlan.targetCount = reference.targets.count
            targets += reference.targets
          }
          if let url = Self.requiredValueSet(of: element) {
            elementPlan.valueSet = valueSetPlaces[url] ?? valueSets.count
            if elementPlan.valueSet == valueSets.count, let rule = CodeRule(url, in: schema) {
              valueSetPlaces[url] = valueSets.count
              valueSets.append(rule)
            } else if elementPlan.valueSet == valueSets.count {
              elementPlan.valueSet = -1
              elementPlan.openValueSet = openValueSets.firstIndex(of: url) ?? openValueSets.count
              if elementPlan.openValueSet == openValueSets.count { openValueSets.append(url) }
            }
          }
          elementPlan.firstRule = rules.count
          rules += Rule.compiled(element.invariants, on: nil)
          elementPlan.ruleCount = rules.count - elementPlan.firstRule
          elementPlan.hasTypeProfile = element.types.contains { !$0.profiles.isEmpty }
          elements.append(elementPlan)
        }
        return plan
      })
    self.elements = Self.kept(elements)
    self.targets = Self.kept(targets)
    self.valueSets = valueSets
    self.openValueSets = openValueSets
    self.rules = rules
    ruleKeys = Rule.checkedElsewhere.union(rules.map(\.definition.key))
    extensions = KnownExtensions(schema)
  }

  private static func kept<Value>(_ values: [Value]) -> UnsafePointer<Value> {
    let start = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
    start.initialize(from: values, count: values.count)
    return UnsafePointer(start)
  }

  /// The value set that no code may be outside of.
  private static func requiredValueSet(of element: ElementDefinition) -> String? {
    guard let binding = element.binding else { return nil }
    return binding.strength == .required ? binding.valueSet : binding.maxValueSet
  }

  private static func kind(of type: TypeDefinition, in schema: Schema) -> TypePlan.Kind {
    switch type.id {
    case .extension: .extension
    case .reference: .reference
    case .narrative: .narrative
    case .coding: .coding
    case .identifier: .identifier
    case .codeableConcept: .codeableConcept
    case _ where type.name == "Bundle": .bundle
    case _ where type.name == "Questionnaire.item": .questionnaireItem
    case _ where schema.isSubtype(type.id, of: .quantity): .quantity
    default: .ordinary
    }
  }
}
