import FHIR
import FHIRPath

/// One pass over the tape of a resource, led by the schema: structure, then rules of each object.
///
/// Everything in it is an integer or a pointer; text is made only for an issue.
struct Walk {
  /// A resource on the way down: the outermost, one of a bundle, or one contained in another.
  struct Frame {
    var cursor: JSONCursor
    var type: TypeID
    /// The resource that holds this contained one; itself elsewhere.
    var container: JSONCursor
  }

  /// An object on the way down: its type and the member that it stands in.
  struct Step {
    var type: TypeID
    var name: NameID
  }

  let root: JSONCursor
  let rootType: TypeID?
  let bearsForeignHabits: Bool
  let depth: Depth
  let issueLimit: Int
  let plans: Plans
  let schema: Schema
  let profiles: ProfileSet
  let environment: Environment
  var frame: Frame
  /// The ids of elements in the innermost resource.
  var ids: Set<String> = []
  /// The objects on the way down, the outermost first.
  var steps: [Step] = []
  /// The resources of the innermost bundle by full URL.
  var bundle: BundleIndex?
  var issues: [Issue] = []
  var suppressed = 0
  var errorCount = 0
  /// The values that are being checked against profiles, the outermost first.
  var visits: [Visit] = []
  /// The values and profiles whose issues are told already.
  var reported: Set<Visit> = []
  let verdicts = VerdictMemory()

  init(_ root: JSONCursor, as type: TypeID?, settings: Validator) {
    self.root = root
    depth = settings.depth
    bearsForeignHabits = settings.bearsForeignHabits
    issueLimit = settings.issueLimit
    profiles = settings.profiles
    environment = settings.environment
    plans = .r4
    schema = plans.schema
    rootType = Place.resourceType(of: root, schema: schema) ?? type
    frame = Frame(cursor: root, type: rootType ?? .resource, container: root)
  }

  /// All issues of the value, in the order of the text.
  mutating func run(as type: TypeID?, against profiles: [String]) -> [Issue] {
    if let type, !plans.types[Int(type.rawValue)].isResource {
      if type.isPrimitive {
        primitive(root, type)
      } else if root.kind == .object {
        object(root, as: type, in: .unknown)
      } else {
        report(wrongKind: root, expected: "an object", "对象")
      }
    } else {
      resource(root, isContained: false)
      if let type, let rootType, !schema.isSubtype(rootType, of: type) {
        report(
          .error, .structure, at: root,
          "Expected a resource of type \(schema.name(of: type)), not \(schema.name(of: rootType))",
          "此处应为 \(schema.name(of: type)) 资源,而非 \(schema.name(of: rootType))")
      }
    }
    if let rootType, !profiles.isEmpty, root.kind == .object {
      if schema.name(of: rootType) == "Bundle" { bundle = BundleIndex(root) }
      for url in profiles { conform(root, rootType, to: url) }
      bundle = nil
    }
    if suppressed > 0 {
      issues.append(
        Issue(
          .information, .tooCostly, at: "", "\(suppressed) more issues are not shown",
          "另有 \(suppressed) 个问题未列出"))
    }
    return issues
  }

  // MARK: Resources

  /// A resource: its type by `resourceType`, then its elements.
  mutating func resource(_ cursor: JSONCursor, isContained: Bool) {
    guard cursor.kind == .object else {
      return report(wrongKind: cursor, expected: "a resource", "资源对象")
    }
    guard let name = cursor.member(.resourceType) else {
      return report(
        .fatal, .structure, at: cursor, "The resource has no 'resourceType'",
        "资源缺少“resourceType”")
    }
    guard let type = Place.resourceType(of: cursor, schema: schema),
      plans.types[Int(type.rawValue)].isConcreteResource
    else { return report(unknownType: name) }
    let (outer, outerIDs) = (frame, ids)
    frame = Frame(cursor: cursor, type: type, container: isContained ? outer.cursor : cursor)
    ids = []
    object(cursor, as: type, in: .unknown)
    if depth >= .profiles { claims(of: cursor, type) }
    (frame, ids) = (outer, outerIDs)
  }

  /// The profiles that a resource says it conforms to, as far as they are known.
  private mutating func claims(of cursor: JSONCursor, _ type: TypeID) {
    guard let claimed = cursor.member(.meta)?.member(.profile), claimed.kind == .array else {
      return
    }
    for claim in claimed.children {
      guard let url = claim.string else { continue }
      if profiles.contains(url) {
        conform(cursor, type, to: url)
      } else if !ProfileReader.isCore(url) {
        report(
          .warning, .notFound, at: claim,
          "The profile \(Self.shown(url)) is not known and was not checked",
          "未知的规范 \(Self.shown(url)),未检查")
      }
    }
  }

  // MARK: Objects

  /// An object of a complex type: each member by its plan, then what is missing, then the rules.
  mutating func object(_ cursor: JSONCursor, as type: TypeID, in name: NameID) {
    guard errorCount < issueLimit || suppressed == 0 else { return }
    let plan = plans.types[Int(type.rawValue)]
    guard cursor.endIndex > cursor.index &+ 1 else {
      return report(
        .error, .structure, at: cursor, "An object must not be empty", "对象不能为空")
    }
    steps.append(Step(type: type, name: name))
    let outerBundle = bundle
    if plan.kind == .bundle { bundle = BundleIndex(cursor) }
    var seen: UInt64 = 0
    for child in cursor.children {
      guard let member = schema.member(child.name, of: type) else {
        unknown(child, in: cursor, type)
        continue
      }
      let bit = UInt64(1) &<< UInt64(member.element)
      if seen & bit != 0 { again(child, member, in: cursor, type) }
      seen |= bit
      if plan.bounded & bit != 0 { bound(child, member, of: type) }
      self.member(child, member, in: cursor, plan)
    }
    if plan.required & ~seen != 0 { missing(plan.required & ~seen, in: cursor, type) }
    rules(of: cursor, type, plan, seen: seen)
    bundle = outerBundle
    steps.removeLast()
  }

  /// The rules that a type has beyond its elements.
  private mutating func rules(
    of cursor: JSONCursor, _ type: TypeID, _ plan: TypePlan, seen: UInt64
  ) {
    switch plan.kind {
    case .extension: self.extension(cursor)
    case .narrative: narrative(cursor)
    case .bundle: bundleRules(cursor)
    case .questionnaireItem: enabling(cursor)
    case .coding, .identifier: system(of: cursor)
    case .reference, .codeableConcept, .quantity, .ordinary: break
    }
    if plan.isResource {
      resourceRules(cursor)
    } else if seen & 1 != 0, plan.hasUniqueID {
      elementID(cursor)
    }
    if depth >= .invariants { invariants(of: cursor, type, plan, seen: seen) }
  }

  /// An element that stands a second time: as twin of its primitive, or wrongly as two choices.
  private mutating func again(
    _ child: JSONCursor, _ member: Member, in cursor: JSONCursor, _ type: TypeID
  ) {
    guard member.isChoice else { return }
    for other in cursor.children {
      guard other.index < child.index else { return }
      guard other.name != child.name,
        schema.member(other.name, of: type)?.element == member.element
      else { continue }
      let name = schema[type].elements[member.element].name
      return report(
        .error, .structure, at: cursor,
        "Only one of \(name)[x] is allowed, but '\(other.memberName)' and '\(child.memberName)' are"
          + " both there",
        "\(name)[x] 只能有一个,但“\(other.memberName)”与“\(child.memberName)”同时存在")
    }
  }

  /// A member that the type does not have.
  private mutating func unknown(_ child: JSONCursor, in cursor: JSONCursor, _ type: TypeID) {
    if child.name == .resourceType, !child.isUnderscored,
      plans.types[Int(type.rawValue)].isResource
    {
      return
    }
    let name = child.memberName
    let definition = schema[type]
    let known = definition.elements.flatMap(\.jsonNames).map { schema.names.string(of: $0.0) }
    let nearest = known.nearest(to: name)
    let choice = definition.elements.first { $0.isChoice && $0.name == name }
    var hint = nearest.map { ("; did you mean '\($0)'?", ";是否应为“\($0)”?") } ?? ("", "")
    if let choice {
      hint = ("; \(choice.name)[x] must be written with its type", ";\(name)[x] 须带类型书写")
    }
    report(
      .error, .structure, at: cursor, "Unknown element '\(name)' in \(definition.name)" + hint.0,
      "\(definition.name) 中没有元素“\(name)”" + hint.1, offset: child.offset)
  }

  private mutating func missing(_ bits: UInt64, in cursor: JSONCursor, _ type: TypeID) {
    let definition = schema[type]
    for (index, element) in definition.elements.enumerated() where bits >> UInt64(index) & 1 == 1 {
      let name = element.isChoice ? element.name + "[x]" : element.name
      report(
        .error, .required, at: cursor,
        "\(definition.name).\(name) is required, but missing",
        "缺少必填元素 \(definition.name).\(name)")
    }
  }

  /// An element with a greatest number of its own, such as none.
  private mutating func bound(_ child: JSONCursor, _ member: Member, of type: TypeID) {
    let element = schema[type].elements[member.element]
    let count = child.kind == .array ? child.count : 1
    guard count > element.max else { return }
    report(
      .error, .structure, at: child,
      "\(schema.name(of: type)).\(element.name) may stand \(element.max) times, not \(count)",
      "\(schema.name(of: type)).\(element.name) 最多 \(element.max) 个,而非 \(count) 个")
  }
}
