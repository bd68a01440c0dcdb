/// Runs a pattern over a text, all ways at once: each character is looked at once per instruction
/// at most.
struct PatternMachine {
  private let program: [Pattern.Instruction]
  let text: [Unicode.Scalar]
  private let slots: Int

  /// The instructions at which a way waits for the next character, the preferred first.
  private struct Ways {
    var places: [Int] = []
    var captures: [[Int]] = []
    var seen: [Int]

    init(_ count: Int) { seen = Array(repeating: -1, count: count) }
  }

  init(_ pattern: Pattern, _ text: String, captures: Bool) {
    program = pattern.program
    self.text = Array(text.unicodeScalars)
    slots = captures ? pattern.groupNames.count * 2 : 0
  }

  /// The places of the first match and its groups; nil for none.
  mutating func find(from start: Int, isWhole: Bool) -> [Int]? {
    var current = Ways(program.count)
    var following = Ways(program.count)
    var best: [Int]?
    var index = start
    while true {
      if best == nil, !isWhole || index == start {
        add(0, index, Array(repeating: -1, count: slots), &current)
      }
      if current.places.isEmpty, best != nil || isWhole { return best }
      following.places.removeAll(keepingCapacity: true)
      following.captures.removeAll(keepingCapacity: true)
      for (way, place) in current.places.enumerated() {
        switch program[place] {
        case .match:
          if isWhole, index < text.count { continue }
          best = current.captures[way]
          // Where nobody asks for places, the first match is enough.
          if slots == 0 { return best }
        case .set(let set):
          if index < text.count, set.contains(text[index].value) {
            add(place + 1, index + 1, current.captures[way], &following)
          }
          continue
        default: continue
        }
        // What stands behind a match is preferred less.
        break
      }
      guard index < text.count else { return best }
      swap(&current, &following)
      index += 1
    }
  }

  /// Follows everything that takes no character, without recursion.
  private func add(_ start: Int, _ index: Int, _ captures: [Int], _ ways: inout Ways) {
    var stack: [(place: Int, captures: [Int])] = [(start, captures)]
    while var (place, captures) = stack.popLast() {
      way: while ways.seen[place] != index {
        ways.seen[place] = index
        switch program[place] {
        case .jump(let target): place = target
        case .split(let first, let second):
          stack.append((second, captures))
          place = first
        case .save(let slot):
          if slot < slots { captures[slot] = index }
          place += 1
        case .assertion(let assertion):
          guard holds(assertion, index) else { break way }
          place += 1
        case .set, .match:
          ways.places.append(place)
          ways.captures.append(captures)
          break way
        }
      }
    }
  }

  private func holds(_ assertion: PatternSyntax.Assertion, _ index: Int) -> Bool {
    switch assertion {
    case .start: return index == 0
    case .end: return index == text.count
    case .boundary, .noBoundary:
      let before = index > 0 && ScalarSet.word.contains(text[index - 1].value)
      let after = index < text.count && ScalarSet.word.contains(text[index].value)
      return (before != after) == (assertion == .boundary)
    }
  }
}
