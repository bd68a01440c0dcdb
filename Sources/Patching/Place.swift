import FHIR

/// Where an element stands in its resource, by names and indexes that outlive the tape.
struct Place {
  enum Step: Hashable {
    /// As written, perhaps with an underscore.
    case member(String)
    case item(Int)
  }

  /// The object that the element is a member of.
  struct Owner {
    let steps: [Step]
    let type: TypeID
    let member: Member
    /// The JSON name, without underscore.
    let name: String
    /// The place in a list; nil where the element does not repeat.
    var index: Int?

    var element: ElementDefinition { Schema.r4[type].elements[member.element] }
  }

  /// The way to the element itself.
  let steps: [Step]
  /// The type of what is in it.
  let type: TypeID
  /// Nil for the resource itself.
  let owner: Owner?

  /// The place of a value of the tape; nil where the schema does not know the way.
  init?(of target: Int, in root: JSONCursor) {
    let schema = Schema.r4
    var steps: [Step] = []
    var owner: Owner?
    var type = TypeID.resource
    var container = root
    while true {
      if container.kind == .object, type == .resource {
        guard let concrete = container.resourceType(schema) else { return nil }
        type = concrete
      }
      if container.index == target { break }
      var index = 0
      var child: JSONCursor?
      for candidate in container.children {
        if candidate.endIndex > target {
          child = candidate
          break
        }
        index += 1
      }
      guard let child else { return nil }
      if container.kind == .object {
        guard let member = schema.member(child.name, of: type) else { return nil }
        owner = Owner(
          steps: steps, type: type, member: member,
          name: schema.names.string(of: member.name))
        steps.append(.member(child.memberName))
        type = member.type
      } else {
        owner?.index = index
        steps.append(.item(index))
      }
      container = child
    }
    self.steps = steps
    self.type = type
    self.owner = owner
  }
}

extension JSON {
  /// Changes the object that steps lead to; containers that become empty by it go.
  mutating func edit(
    _ steps: ArraySlice<Place.Step>, _ body: (inout JSONObject) throws(Anomaly) -> Void
  ) throws(Anomaly) {
    switch (steps.first, self) {
    case (nil, .object(var object)):
      self = .null
      try body(&object)
      self = .object(object)
    case (.member(let name), .object(var object)):
      guard let place = object.place(of: name) else { return }
      self = .null
      var child = object.members[place].value
      object.members[place].value = .null
      try child.edit(steps.dropFirst(), body)
      if child.isHollow {
        object.members.remove(at: place)
      } else {
        object.members[place].value = child
      }
      if name.hasPrefix("_") { object.align(name, child) }
      self = .object(object)
    case (.item(let index), .array(var items)):
      guard index < items.count else { return }
      self = .null
      var child = items[index]
      items[index] = .null
      try child.edit(steps.dropFirst(), body)
      items[index] = child.isHollow ? .null : child
      self = .array(items)
    default: return
    }
  }

  /// Whether there is nothing in it.
  private var isHollow: Bool {
    switch self {
    case .object(let object): object.members.isEmpty
    case .array(let items): items.allSatisfy { $0 == .null }
    default: false
    }
  }
}

extension JSONObject {
  /// Takes out the items that have neither a value nor a twin any more.
  fileprivate mutating func align(_ twinName: String, _ twin: JSON) {
    var isArray = false
    if case .array = twin { isArray = true }
    JSONItems(of: String(twinName.dropFirst()), isArray: isArray, in: self).write(to: &self)
  }
}
