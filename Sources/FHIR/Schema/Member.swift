/// What a JSON member of a type is: eight bytes, found in constant time.
package struct Member: Sendable {
  package let name: NameID
  package let type: TypeID
  private let index: UInt16
  private let facts: UInt16

  /// The index in `TypeDefinition.elements`.
  package var element: Int { Int(index) }
  package var isArray: Bool { facts & 1 != 0 }
  package var isPrimitive: Bool { type.isPrimitive }
  package var isChoice: Bool { facts & 2 != 0 }
  /// Whether its content is a resource of any type, such as `Bundle.entry.resource`.
  package var isResource: Bool { type == .resource }
  package var isSummary: Bool { facts & 4 != 0 }
  package var isRequired: Bool { facts & 8 != 0 }
  /// Whether this is `value` for `value[x]`, which stands in paths but never in JSON.
  var isChoiceName: Bool { facts & 16 != 0 }

  init(_ name: NameID, _ type: TypeID, of element: ElementDefinition) {
    self.name = name
    self.type = type
    index = UInt16(truncatingIfNeeded: element.order)
    facts =
      (element.isArray ? 1 : 0) | (element.isChoice ? 2 : 0) | (element.isSummary ? 4 : 0)
      | (element.min > 0 ? 8 : 0) | (element.isChoice && name == element.nameID ? 16 : 0)
  }

  fileprivate init() {
    name = .unknown
    type = TypeID(rawValue: 0)
    index = 0
    facts = 0
  }
}

/// The members of one type by name: open-addressed, at most half full, never freed.
struct MemberTable: @unchecked Sendable {
  private let slots: UnsafePointer<Member>
  private let shift: UInt32

  init(_ elements: [ElementDefinition]) {
    let count = elements.reduce(0) { $0 + $1.jsonNames.count + ($1.isChoice ? 1 : 0) }
    var bits: UInt32 = 2
    while 1 << bits < count * 2 { bits += 1 }
    let mutable = UnsafeMutablePointer<Member>.allocate(capacity: 1 << bits)
    mutable.initialize(repeating: Member(), count: 1 << bits)
    slots = UnsafePointer(mutable)
    shift = 32 - bits
    func insert(_ member: Member) {
      var index = slot(of: member.name)
      while mutable[index].name != .unknown { index = next(index) }
      mutable[index] = member
    }
    for element in elements {
      for (name, type) in element.jsonNames { insert(Member(name, type, of: element)) }
      if element.isChoice, let first = element.types.first {
        insert(Member(element.nameID, first.type, of: element))
      }
    }
  }

  /// The member with this name in JSON.
  subscript(name: NameID) -> Member? {
    guard let member = find(name), !member.isChoiceName else { return nil }
    return member
  }

  /// The member with this name in paths, where a choice has one name.
  subscript(path name: NameID) -> Member? {
    guard let member = find(name), member.isChoice == member.isChoiceName else { return nil }
    return member
  }

  @inline(__always)
  private func find(_ name: NameID) -> Member? {
    guard name != .unknown else { return nil }
    var index = slot(of: name)
    while true {
      let member = slots[index]
      if member.name == name { return member }
      if member.name == .unknown { return nil }
      index = next(index)
    }
  }

  @inline(__always)
  private func slot(of name: NameID) -> Int {
    Int(truncatingIfNeeded: (UInt32(name.rawValue) &* 0x9E37_79B1) >> shift)
  }

  @inline(__always)
  private func next(_ index: Int) -> Int {
    (index &+ 1) & ((1 &<< (32 &- Int(shift))) &- 1)
  }
}
