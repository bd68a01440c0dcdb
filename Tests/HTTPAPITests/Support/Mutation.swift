import FHIR

/// Numbers that look like chance and are the same each time.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, the bound.
  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
}

/// Damages a resource: in its tree, or in its bytes.
enum Mutation {
  static func bytes(of tree: JSON, _ chance: inout SplitMix) -> [UInt8] {
    var tree = tree
    for _ in 0...chance.below(3) {
      var target = chance.below(count(tree))
      tree = changed(tree, &target, &chance)
    }
    var bytes = tree.encoded()
    switch chance.below(6) {
    case 0: bytes = Array(bytes.prefix(chance.below(bytes.count)))
    case 1: bytes[chance.below(bytes.count)] = UInt8(truncatingIfNeeded: chance.next())
    case 2: bytes.insert(contentsOf: Array("{[\"\\,:0".utf8), at: chance.below(bytes.count))
    default: break
    }
    return bytes
  }

  /// How many values there are.
  private static func count(_ tree: JSON) -> Int {
    switch tree {
    case .array(let items): 1 + items.reduce(0) { $0 + count($1) }
    case .object(let object): 1 + object.members.reduce(0) { $0 + count($1.value) }
    default: 1
    }
  }

  /// Replaces the value with the number `target`, counted from the outside in.
  private static func changed(_ tree: JSON, _ target: inout Int, _ chance: inout SplitMix) -> JSON {
    defer { target -= 1 }
    if target == 0 { return damaged(tree, &chance) }
    target -= 1
    defer { target += 1 }
    switch tree {
    case .array(let items):
      return .array(items.map { target >= 0 ? changed($0, &target, &chance) : $0 })
    case .object(var object):
      for index in object.members.indices where target >= 0 {
        object.members[index].value = changed(object.members[index].value, &target, &chance)
      }
      return .object(object)
    default: return tree
    }
  }

  private static func damaged(_ value: JSON, _ chance: inout SplitMix) -> JSON {
    let others: [JSON] = [
      nil, true, "", "  ", "x\u{0}y", [], [[]], [:], ["a": 1], .number("-1"), .number("1e400"),
      .number("99999999999999999999999"), "2020-13-45", "http://", "urn:uuid:", "Patient/",
      "Patient?identifier=", "DELETE", "\u{202E}", .string(String(repeating: "长", count: 2_000)),
    ]
    switch chance.below(4) {
    case 0:
      guard case .object(var object) = value, !object.members.isEmpty else { break }
      object.members.remove(at: chance.below(object.members.count))
      return .object(object)
    case 1:
      guard case .object(var object) = value, !object.members.isEmpty else { break }
      object.members[chance.below(object.members.count)].name += "X"
      return .object(object)
    case 2:
      guard case .array(let items) = value, let first = items.first else { break }
      return .array(items + [first])
    default: break
    }
    return others[chance.below(others.count)]
  }
}
