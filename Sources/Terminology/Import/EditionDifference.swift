/// What is different between two editions of a code system.
package struct EditionDifference: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case added, removed, renamed
    /// Below another code than before.
    case moved
    /// The same name under another code.
    case recoded
    case retired
  }

  package struct Change: Hashable, Sendable {
    package var kind: Kind
    package var code: String
    package var before: String
    package var after: String
  }

  package private(set) var changes: [Change] = []

  package init(from old: CodeSystem, to new: CodeSystem) {
    var added: [Int] = []
    for place in 0..<new.count {
      let code = new.code(place)
      guard let before = old.place(of: code) else {
        added.append(place)
        continue
      }
      compare(old, before, new, place)
    }
    let removed = (0..<old.count).filter { new.place(of: old.code($0)) == nil }
    note(added, new, removed, old)
  }

  package func count(_ kind: Kind) -> Int { changes.count { $0.kind == kind } }

  private mutating func compare(_ old: CodeSystem, _ before: Int, _ new: CodeSystem, _ after: Int) {
    let code = new.code(after)
    func note(_ kind: Kind, _ before: String, _ after: String) {
      changes.append(Change(kind: kind, code: code, before: before, after: after))
    }
    let (oldName, newName) = (old.display(before) ?? "", new.display(after) ?? "")
    if oldName != newName { note(.renamed, oldName, newName) }
    let oldParents = old.hierarchy.parents(of: before).map { old.code(Int($0)) }.sorted()
    let newParents = new.hierarchy.parents(of: after).map { new.code(Int($0)) }.sorted()
    if oldParents != newParents {
      note(.moved, oldParents.joined(separator: " "), newParents.joined(separator: " "))
    }
    if new.isInactive(after), !old.isInactive(before) { note(.retired, oldName, newName) }
  }

  /// A name that went under one code and came under another is told as one change.
  private mutating func note(
    _ added: [Int], _ new: CodeSystem, _ removed: [Int], _ old: CodeSystem
  ) {
    var gone: [String: [Int]] = [:]
    for place in removed { gone[old.display(place) ?? "", default: []].append(place) }
    var recoded: Set<Int> = []
    for place in added {
      let name = new.display(place) ?? ""
      if let others = gone[name], others.count == 1, !name.isEmpty, !recoded.contains(others[0]) {
        recoded.insert(others[0])
        changes.append(
          Change(
            kind: .recoded, code: new.code(place), before: old.code(others[0]),
            after: new.code(place)))
      } else {
        changes.append(Change(kind: .added, code: new.code(place), before: "", after: name))
      }
    }
    for place in removed where !recoded.contains(place) {
      changes.append(
        Change(
          kind: .removed, code: old.code(place), before: old.display(place) ?? "", after: ""))
    }
  }
}
