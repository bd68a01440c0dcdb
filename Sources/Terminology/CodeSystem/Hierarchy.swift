/// Which concept lies below which: intervals of a walk where it is a tree, a search where not.
///
/// <https://hl7.org/fhir/R4/codesystem.html#hierarchy>
package struct Hierarchy: Sendable {
  package struct Edge: Hashable, Sendable {
    package var parent: Int32
    package var child: Int32
  }

  private let parentStarts: [Int32]
  private let parentList: [Int32]
  private let childStarts: [Int32]
  private let childList: [Int32]
  /// Of a tree: the concepts in the order of a walk, and where each is entered and left.
  private var order: [Int32] = []
  private var entered: [Int32] = []
  private var left: [Int32] = []

  /// Whether no concept has two parents and none lies below itself.
  package private(set) var isTree = false

  init(count: Int, edges: [Edge]) {
    (parentStarts, parentList) = Self.lists(count, edges, from: \.child, to: \.parent)
    (childStarts, childList) = Self.lists(count, edges, from: \.parent, to: \.child)
    guard !(0..<count).contains(where: { parents(of: $0).count > 1 }) else { return }
    walk(count)
  }

  package func parents(of place: Int) -> ArraySlice<Int32> {
    parentList[Int(parentStarts[place])..<Int(parentStarts[place + 1])]
  }

  package func children(of place: Int) -> ArraySlice<Int32> {
    childList[Int(childStarts[place])..<Int(childStarts[place + 1])]
  }

  package func isRoot(_ place: Int) -> Bool { parents(of: place).isEmpty }

  /// Whether there is anything below anything.
  package var isFlat: Bool { childList.isEmpty }

  /// Whether `upper` is `lower` or lies above it.
  package func subsumes(_ upper: Int, _ lower: Int) -> Bool {
    if upper == lower { return true }
    if isTree { return entered[upper] <= entered[lower] && left[lower] <= left[upper] }
    return reach(from: lower, parents(of:)).contains(Int32(upper))
  }

  /// The concept and all below it.
  package func below(_ place: Int) -> [Int32] {
    if isTree { return Array(order[Int(entered[place])..<Int(left[place])]) }
    return reach(from: place, children(of:))
  }

  /// The concept and all above it.
  package func above(_ place: Int) -> [Int32] { reach(from: place, parents(of:)) }

  /// Everything that can be reached, once; a ring of concepts does not catch it.
  private func reach(from place: Int, _ next: (Int) -> ArraySlice<Int32>) -> [Int32] {
    var found = [Int32(place)]
    var seen: Set<Int32> = [Int32(place)]
    var position = 0
    while position < found.count {
      for other in next(Int(found[position])) where seen.insert(other).inserted {
        found.append(other)
      }
      position += 1
    }
    return found
  }

  private mutating func walk(_ count: Int) {
    order.reserveCapacity(count)
    entered = Array(repeating: 0, count: count)
    left = Array(repeating: 0, count: count)
    var path: [(place: Int, child: Int)] = []
    for root in 0..<count where isRoot(root) {
      path.append((root, 0))
      entered[root] = Int32(order.count)
      order.append(Int32(root))
      while let (place, child) = path.last {
        let children = children(of: place)
        guard child < children.count else {
          left[place] = Int32(order.count)
          path.removeLast()
          continue
        }
        path[path.count - 1].child += 1
        let next = Int(children[children.startIndex + child])
        entered[next] = Int32(order.count)
        order.append(Int32(next))
        path.append((next, 0))
      }
    }
    // What is in a ring has no root above it and was not met.
    isTree = order.count == count
  }

  private static func lists(
    _ count: Int, _ edges: [Edge], from: KeyPath<Edge, Int32>, to: KeyPath<Edge, Int32>
  ) -> ([Int32], [Int32]) {
    var starts = [Int32](repeating: 0, count: count + 1)
    for edge in edges { starts[Int(edge[keyPath: from]) + 1] += 1 }
    for place in 0..<count { starts[place + 1] += starts[place] }
    var next = starts
    var list = [Int32](repeating: 0, count: edges.count)
    for edge in edges {
      let place = Int(edge[keyPath: from])
      list[Int(next[place])] = edge[keyPath: to]
      next[place] += 1
    }
    return (starts, list)
  }
}
