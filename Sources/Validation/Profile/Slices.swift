import FHIR

/// Slicing: which values are of which slice. <https://hl7.org/fhir/R4/profiling.html#discriminator>
extension Walk {
  /// Counts and checks the values of each slice, and those that are of none.
  mutating func slices(
    _ values: [ProfileValue], _ element: ProfileElement, at holder: JSONCursor
  ) {
    let slicing = element.slicing ?? Self.implied(element)
    let places = values.map { value in
      element.slices.firstIndex { isOf(value, $0, slicing) }
    }
    for (index, slice) in element.slices.enumerated() {
      count(places.count { $0 == index }, slice, at: holder)
    }
    for (value, place) in zip(values, places) {
      if let place {
        check(value, element.slices[place])
      } else if slicing.rules == .closed {
        report(
          .error, .structure, at: value.cursor,
          "The value is of no slice of \(element.id), and the profile allows no others",
          "该值不属于 \(element.id) 的任何切片,且规范不允许其他值")
      }
    }
    order(values, places, element, slicing)
  }

  /// Slices in their order, and what is of no slice at the end, where the profile says so.
  private mutating func order(
    _ values: [ProfileValue], _ places: [Int?], _ element: ProfileElement, _ slicing: Slicing
  ) {
    var last = 0
    var hasEnded = false
    for (value, place) in zip(values, places) {
      guard let place else {
        hasEnded = true
        continue
      }
      let isLate = slicing.isOrdered && place < last || slicing.rules == .openAtEnd && hasEnded
      if isLate {
        report(
          .error, .structure, at: value.cursor, "The slices of \(element.id) are out of order",
          "\(element.id) 的切片顺序不对")
      }
      last = max(last, place)
    }
  }

  /// Extensions are told apart by their URL, choices by their type, also where no one says so.
  private static func implied(_ element: ProfileElement) -> Slicing {
    let isExtension = element.name == "extension" || element.name == "modifierExtension"
    return Slicing(
      discriminators: [
        isExtension ? .init(kind: .value, path: ["url"]) : .init(kind: .type, path: [])
      ], rules: .open, isOrdered: false)
  }

  private func isOf(
    _ value: ProfileValue, _ slice: ProfileElement, _ slicing: Slicing
  ) -> Bool {
    slicing.discriminators.allSatisfy { isOf(value, slice, $0) }
  }

  private func isOf(
    _ value: ProfileValue, _ slice: ProfileElement, _ discriminator: Slicing.Discriminator
  ) -> Bool {
    let path = discriminator.path[...]
    let actual = values(along: path, from: value)
    let expected = self.expected(slice, path)
    switch discriminator.kind {
    case .value, .pattern:
      return isOf(actual, expected)
    case .exists:
      if expected.element?.max == 0 { return actual.isEmpty }
      return (expected.element?.min ?? 0) == 0 || !actual.isEmpty
    case .type:
      guard let types = expected.element?.types, !types.isEmpty else { return true }
      let isResolved = discriminator.path.last == "resolve()"
      return actual.contains { value in
        types.contains { isResolved ? leads(to: value, $0) : isOfType(value, $0) }
      }
    case .profile:
      let types = expected.element?.types ?? []
      let isResolved = discriminator.path.last == "resolve()"
      let urls = types.flatMap { isResolved ? $0.targets : $0.profiles }
      return actual.contains { value in urls.contains { conforms(value, to: $0) } }
    }
  }

  private func isOf(_ actual: [ProfileValue], _ expected: Expected) -> Bool {
    if let json = expected.json {
      return actual.contains { value in
        guard value.hasValue else { return false }
        return expected.isPattern
          ? JSONMatch.holds(value.cursor, json) : JSONMatch.equals(value.cursor, json)
      }
    }
    guard let element = expected.element else { return true }
    if element.max == 0 { return actual.isEmpty }
    if let valueSet = element.valueSet {
      return actual.contains { value in
        var trial = self
        trial.issues = []
        trial.suppressed = 0
        var bound = ProfileElement(id: element.id, name: element.name)
        bound.valueSet = valueSet
        trial.check(value, bound)
        return trial.issues.areValid
      }
    }
    // A slice that says nothing of its mark takes what has it.
    return (element.min ?? 0) == 0 || !actual.isEmpty
  }

  private func isOfType(_ value: ProfileValue, _ type: ProfileType) -> Bool {
    guard schema.isSubtype(value.type, of: type.type) else { return false }
    let cores = type.profiles.compactMap(ProfileReader.coreType)
    return cores.isEmpty || cores.contains { schema.isSubtype(value.type, of: $0) }
  }

  private func leads(to value: ProfileValue, _ type: ProfileType) -> Bool {
    if type.type != .reference { return schema.isSubtype(value.type, of: type.type) }
    return type.targets.contains { url in
      let target = ProfileReader.coreType(url) ?? profiles[url]?.type
      return target.map { schema.isSubtype(value.type, of: $0) } ?? false
    }
  }

  // MARK: What a slice expects

  /// What the slice says of the place that a discriminator looks at.
  private struct Expected {
    var element: ProfileElement?
    var json: JSON?
    var isPattern = false
  }

  private func expected(_ slice: ProfileElement, _ path: ArraySlice<String>) -> Expected {
    if let json = slice.fixed ?? slice.pattern {
      var place: JSON? = json
      for step in path {
        if case .array(let items) = place { place = items.first }
        place = place?[step]
      }
      if case .array(let items) = place, !path.isEmpty { place = items.first }
      // One member of a fixed value is itself fixed.
      if let place { return Expected(json: place, isPattern: slice.fixed == nil) }
    }
    guard let step = path.first else { return Expected(element: slice) }
    let rest = path.dropFirst()
    if step == "resolve()" { return rest.isEmpty ? Expected(element: slice) : Expected() }
    if Self.argument(of: "ofType", step) != nil { return expected(slice, rest) }
    if let url = Self.argument(of: "extension", step) {
      let found = slice.child("extension")?.slices.first { slice in
        slice.types?.contains { $0.profiles.contains(url) } ?? false
          || slice.child("url")?.fixed == .string(url)
      }
      return found.map { expected($0, rest) } ?? Expected()
    }
    if let child = slice.child(step) {
      // A choice may be said by its one type alone.
      if child.slices.count == 1, rest.isEmpty, child.types == nil {
        return expected(child.slices[0], rest)
      }
      return expected(child, rest)
    }
    for url in slice.types?.flatMap(\.profiles) ?? [] {
      if let root = self.element(at: url), root.child(step) != nil { return expected(root, path) }
      if step == "url", slice.name == "extension" || slice.name == "modifierExtension" {
        return Expected(json: .string(url))
      }
    }
    return Expected()
  }

  /// The root of a profile, or the element that its URL names after `#`.
  func element(at url: String) -> ProfileElement? {
    guard let root = profiles[url]?.root else { return nil }
    guard let hash = url.firstIndex(of: "#") else { return root }
    return root.element(withID: String(url[url.index(after: hash)...]))
  }
}
