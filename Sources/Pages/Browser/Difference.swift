import FHIR

/// What changed between two versions of a resource, element by element.
struct Difference: Sendable {
  struct Line: Hashable, Sendable {
    /// Such as `name[0].given[1]`.
    var path: String
    var before: String?
    var after: String?
  }

  let lines: [Line]

  /// Elements that differ, in the order of the newer version; what was taken away stands at its old
  /// place.
  ///
  /// `meta.versionId` and `meta.lastUpdated` always differ and are left out.
  init(from older: JSON, to newer: JSON) {
    let before = Self.leaves(of: older)
    let after = Self.leaves(of: newer)
    let old = Dictionary(before, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(after, uniquingKeysWith: { first, _ in first })
    var lines: [Line] = []
    var waiting = before[...]
    for (path, value) in after {
      while let first = waiting.first, first.path != path, new[first.path] == nil {
        lines.append(Line(path: first.path, before: first.value, after: nil))
        waiting.removeFirst()
      }
      if waiting.first?.path == path { waiting.removeFirst() }
      if old[path] != value {
        lines.append(Line(path: path, before: old[path], after: value))
      }
    }
    let told = Set(lines.map(\.path))
    for (path, value) in waiting where new[path] == nil && !told.contains(path) {
      lines.append(Line(path: path, before: value, after: nil))
    }
    self.lines = lines.filter { !["meta.versionId", "meta.lastUpdated"].contains($0.path) }
  }

  /// Every value with its path, in order.
  private static func leaves(of value: JSON) -> [(path: String, value: String)] {
    var leaves: [(path: String, value: String)] = []
    collect(value, at: "", into: &leaves)
    return leaves
  }

  private static func collect(
    _ value: JSON, at path: String, into leaves: inout [(path: String, value: String)]
  ) {
    switch value {
    case .object(let object):
      for member in object.members {
        collect(
          member.value, at: path.isEmpty ? member.name : path + "." + member.name, into: &leaves)
      }
    case .array(let items):
      for (index, item) in items.enumerated() {
        collect(item, at: "\(path)[\(index)]", into: &leaves)
      }
    case .string(let text): leaves.append((path, text))
    default: leaves.append((path, value.text))
    }
  }
}
