import FHIR

extension JSON {
  /// Whether two values are equal as JSON Patch's `test` compares them.
  ///
  /// Numbers by value, strings by code points, objects without regard to order.
  /// <https://www.rfc-editor.org/rfc/rfc6902#section-4.6>
  func isEqual(to other: JSON) -> Bool {
    switch (self, other) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)):
      left == right || JSONNumber(left) == JSONNumber(right)
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
    case (.object(let left), .object(let right)):
      left.members.count == right.members.count
        && left.members.allSatisfy { member in
          right.place(of: member.name).map { member.value.isEqual(to: right.members[$0].value) }
            ?? false
        }
    default: false
    }
  }

  /// About how much the value takes, in bytes of memory and text, and how deep it is nested.
  ///
  /// Counting stops beyond a limit: a copy of a copy of a copy shares its parts and may be larger
  /// than memory when written.
  func extent(limit: Int) -> (bytes: Int, depth: Int) {
    var bytes = JSON.bytesPerValue
    var depth = 0
    func add(_ child: JSON) -> Bool {
      let extent = child.extent(limit: limit - bytes)
      bytes += extent.bytes
      depth = max(depth, extent.depth)
      return bytes <= limit
    }
    switch self {
    case .array(let items):
      for item in items where !add(item) { return (bytes, depth + 1) }
    case .object(let object):
      for member in object.members {
        bytes += member.name.utf8.count
        if !add(member.value) { return (bytes, depth + 1) }
      }
    case .string(let text), .number(let text): return (bytes + text.utf8.count, 0)
    case .bool, .null: return (bytes, 0)
    }
    return (bytes, depth + 1)
  }

  private static let bytesPerValue = 16
}

/// A number of JSON by its value: digits without zeros at the ends, and a power of ten.
struct JSONNumber: Hashable {
  let isNegative: Bool
  let digits: [UInt8]
  let exponent: Int

  /// Reads a text that JSON's grammar admits; an exponent beyond all reason becomes its bound.
  init(_ text: String) {
    var digits: [UInt8] = []
    var scale = 0
    var isFraction = false
    var exponentText = ""
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits.append(byte)
        if isFraction { scale += 1 }
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        exponentText = String(decoding: text.utf8.dropFirst(index + 1), as: UTF8.self)
      default: break
      }
      if !exponentText.isEmpty { break }
    }
    let bound = Int(Int32.max)
    let exponent =
      Int(exponentText) ?? (exponentText.utf8.first == UInt8(ascii: "-") ? -bound : bound)
    var power = (exponentText.isEmpty ? 0 : min(max(exponent, -bound), bound)) - scale
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      power += 1
    }
    digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
    self.digits = digits
    self.isNegative = !digits.isEmpty && text.utf8.first == UInt8(ascii: "-")
    self.exponent = digits.isEmpty ? 0 : power
  }
}
