import FHIR

/// An XML element whose end has not been read, and the JSON of what was read of it.
struct OpenElement {
  enum Content {
    /// Members by the schema.
    case members
    /// A `value` attribute, an `id` and extensions.
    case primitive
    /// Exactly one resource, such as in `contained`.
    case resource
  }

  /// The type of the content; where `content` is `.resource`, meaningless.
  let type: TypeID
  /// What the parent calls it; nil for a resource.
  let member: Member?
  let content: Content
  /// The JSON text of a primitive's value, or of the resource within.
  var value: [UInt8]?
  /// The members that are complete, separated by commas, without braces.
  private(set) var members: [UInt8] = []
  /// The last child's place in the type's order.
  private var order = -1
  /// The places of all children, when they need not stand in order.
  private var places: Set<Int> = []
  /// The child that may go on with another item.
  private var open: Items?

  /// The items of one member, so far.
  private struct Items {
    let member: Member
    var count = 0
    var values: [UInt8] = []
    var hasValue = false
    /// The `_name` items: ids and extensions of primitives.
    var elements: [UInt8] = []
    var hasElement = false
  }

  init(_ type: TypeID, _ member: Member?, _ content: Content) {
    self.type = type
    self.member = member
    self.content = content
  }

  /// How many items the member with this name has so far, when it is the last one.
  func count(of name: NameID) -> Int { open?.member.name == name ? open?.count ?? 0 : 0 }

  /// Whether a child may come now, and if not, why.
  enum Admission { case welcome, twice, late }

  func admits(_ member: Member, requiresOrder: Bool) -> Admission {
    if let open, open.member.name == member.name { return member.isArray ? .welcome : .twice }
    if member.element == order || places.contains(member.element) { return .twice }
    return member.element > order || !requiresOrder ? .welcome : .late
  }

  /// Adds an attribute as a member.
  mutating func add(attribute name: String, _ value: UnsafeRawBufferPointer) {
    addComma()
    members += Array("\"\(name)\":".utf8)
    JSONEscape.append(value, to: &members)
  }

  /// Adds a resource's type as its first member.
  mutating func add(resourceType name: String) {
    members += Array("\"resourceType\":\"\(name)\"".utf8)
  }

  /// Adds a complete child.
  mutating func add(_ child: OpenElement, named member: Member) {
    if open?.member.name != member.name { closeItems() }
    // Taken out, so that its arrays grow in place.
    var items = open ?? Items(member: member)
    open = nil
    places.insert(member.element)
    order = member.element
    if items.count > 0 {
      items.values.append(UInt8(ascii: ","))
      items.elements.append(UInt8(ascii: ","))
    }
    items.count += 1
    if child.content == .primitive {
      items.hasValue = items.hasValue || child.value != nil
      items.hasElement = items.hasElement || !child.members.isEmpty
      if let value = child.value { items.values += value } else { items.values.append("null") }
      child.writeObject(into: &items.elements)
    } else {
      items.hasValue = true
      if let value = child.value {
        items.values += value
      } else {
        child.writeObject(into: &items.values)
      }
    }
    open = items
  }

  /// Appends the members as an object, or `null` where there are none.
  private func writeObject(into out: inout [UInt8]) {
    guard !members.isEmpty else { return out.append("null") }
    out.append(UInt8(ascii: "{"))
    out += members
    out.append(UInt8(ascii: "}"))
  }

  /// Writes the open member's items; to be called when the element ends.
  mutating func closeItems() {
    guard let items = open else { return }
    open = nil
    let name = Schema.r4.names.string(of: items.member.name)
    if items.hasValue { write("\"", name, items.values, isArray: items.member.isArray) }
    if items.hasElement { write("\"_", name, items.elements, isArray: items.member.isArray) }
  }

  private mutating func write(
    _ start: StaticString, _ name: String, _ items: [UInt8], isArray: Bool
  ) {
    addComma()
    members.append(start)
    members.append(contentsOf: name.utf8)
    members.append(isArray ? "\":[" : "\":")
    members += items
    if isArray { members.append(UInt8(ascii: "]")) }
  }

  private mutating func addComma() {
    if !members.isEmpty { members.append(UInt8(ascii: ",")) }
  }
}
