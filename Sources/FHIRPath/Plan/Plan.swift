import FHIR

/// One step of a plan: plain memory without reference counts, so that walking a resource costs no
/// allocation.
struct PlanStep {
  enum Kind: UInt8 {
    /// The member of one name.
    case member
    /// The member of any of several names, which says the type.
    case choice
    /// Only items for which a condition holds.
    case filter
    /// Only items of a type.
    case ofType
  }

  var kind: Kind
  /// Whether a primitive's twin counts where the value is missing, as for `exists()`.
  var countsTwins = false
  /// Whether the member is a resource, which says its type itself.
  var isResource = false
  var name = NameID.unknown
  var type = TypeID.element
  var choices = UnsafeBufferPointer<PlanChoice>(start: nil, count: 0)
  var condition: UnsafePointer<PlanCondition>?

  init(_ kind: Kind) { self.kind = kind }
}

struct PlanChoice {
  let name: NameID
  let type: TypeID
}

typealias PlanSteps = UnsafeBufferPointer<PlanStep>

/// A condition on an item, in three-valued logic.
struct PlanCondition {
  enum Kind: UInt8 {
    case and, or, xor, implies, not
    case exists, empty
    /// The one item of the steps is the boolean.
    case isTrue
    case equalsText, equalsBoolean
    /// The reference leads to a resource of the type.
    case resolves
  }

  var kind: Kind
  var steps = PlanSteps(start: nil, count: 0)
  var text = UnsafeRawBufferPointer(start: nil, count: 0)
  var boolean = false
  var type = TypeID.element
  var left: UnsafePointer<PlanCondition>?
  var right: UnsafePointer<PlanCondition>?

  init(_ kind: Kind) { self.kind = kind }
}

/// The memory of a plan, freed with it.
final class PlanMemory: @unchecked Sendable {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// Copies plain values, which need no clearing up.
  func keep<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    guard !elements.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = block.initialize(from: elements)
    block.baseAddress.map { blocks.append(UnsafeMutableRawPointer($0)) }
    return UnsafeBufferPointer(block)
  }

  func keep(_ condition: PlanCondition) -> UnsafePointer<PlanCondition>? {
    keep([condition]).baseAddress
  }

  func keep(_ text: String) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(keep(Array(text.utf8)))
  }
}
