import FHIR
import FHIRPath

/// A resource that a FHIRPath Patch is being applied to.
struct PathPatchWork {
  var resource: JSON

  mutating func perform(_ step: PathPatch.Step, _ environment: Environment) throws(Anomaly) {
    let places = try places(of: step.path, step, environment)
    switch step.operation {
    case .add(let name, let value):
      try add(value, named: name, to: try one(places, step), step)
    case .insert(let value, let index):
      guard !places.isEmpty else { return try insertFirst(value, index, step, environment) }
      try editList(places, step) { items, owner throws(Anomaly) in
        guard index <= items.pairs.count else { throw step.beyond(index, items.pairs.count) }
        let fitted = try value.fitted(to: owner.name, of: owner.type, step)
        items.pairs.insert(fitted.pair, at: index)
      }
    case .delete:
      guard !places.isEmpty else { return }
      let owner = try owner(of: try one(places, step), step)
      try edit(owner) { items throws(Anomaly) in items.pairs.remove(at: owner.index ?? 0) }
    case .replace(let value):
      try replace(try owner(of: try one(places, step), step), by: value, step)
    case .move(let source, let destination):
      try editList(places, step) { items, _ throws(Anomaly) in
        for index in [source, destination] where index >= items.pairs.count {
          throw step.beyond(index, items.pairs.count - 1)
        }
        items.pairs.insert(items.pairs.remove(at: source), at: destination)
      }
    }
  }

  /// The places of what a path yields: elements of this resource alone.
  private func places(of path: Path, _ step: PathPatch.Step, _ environment: Environment)
    throws(Anomaly) -> [Place]
  {
    let document = try JSONDocument.parse(resource.encoded())
    defer { withExtendedLifetime(document) {} }
    let values: [Value]
    do {
      let node = Node(resource: document.root)
      try path.check(on: node.type)
      values = try path.evaluate(on: node, environment)
    } catch {
      throw step.wrong(error.message, error.chinese ?? error.message)
    }
    var places: [Place] = []
    for value in values {
      guard case .node(let node) = value,
        let place = Place(of: node.cursor.index, in: document.root)
      else {
        throw step.wrong("the path yields what is no element", "路径的结果不是元素")
      }
      places.append(place)
    }
    return places
  }

  private func one(_ places: [Place], _ step: PathPatch.Step) throws(Anomaly) -> Place {
    guard let place = places.first, places.count == 1 else {
      throw step.wrong(
        "the path must yield one element and yields \(places.count)",
        "路径应得到一个元素,实为 \(places.count) 个")
    }
    return place
  }

  private func owner(of place: Place, _ step: PathPatch.Step) throws(Anomaly) -> Place.Owner {
    guard let owner = place.owner else {
      throw step.wrong("the resource itself cannot be changed so", "不能如此修改资源本身")
    }
    return owner
  }

  // MARK: Changes

  private mutating func add(
    _ value: PatchValue, named name: String, to place: Place, _ step: PathPatch.Step
  ) throws(Anomaly) {
    let fitted = try value.fitted(to: name, of: place.type, step)
    guard place.type.isPrimitive, let owner = place.owner else {
      return try resource.edit(place.steps[...]) { object throws(Anomaly) in
        try object.add(fitted, step)
      }
    }
    // What is added to a primitive stands in its twin.
    try edit(owner) { items throws(Anomaly) in
      var twin = items.pairs[owner.index ?? 0].twin?.object ?? [:]
      try twin.add(fitted, step)
      items.pairs[owner.index ?? 0].twin = .object(twin)
    }
  }

  private mutating func replace(
    _ owner: Place.Owner, by value: PatchValue, _ step: PathPatch.Step
  ) throws(Anomaly) {
    // Of a choice, another type may come.
    let fitted = try value.fitted(to: owner.element.name, of: owner.type, step)
    try edit(owner) { items throws(Anomaly) in
      let index = owner.index ?? 0
      if fitted.name == owner.name {
        items.pairs[index] = fitted.pair
      } else {
        items.pairs.remove(at: index)
      }
    }
    guard fitted.name != owner.name else { return }
    try resource.edit(owner.steps[...]) { object throws(Anomaly) in try object.add(fitted, step) }
  }

  /// Changes a whole list, which the path must yield.
  private mutating func editList(
    _ places: [Place], _ step: PathPatch.Step,
    _ body: (inout JSONItems, Place.Owner) throws(Anomaly) -> Void
  ) throws(Anomaly) {
    guard let owner = places.first?.owner, owner.index != nil else {
      throw step.wrong("the path yields no list", "路径的结果不是列表")
    }
    let isOneList = places.allSatisfy {
      $0.owner?.steps == owner.steps && $0.owner?.name == owner.name
    }
    try edit(owner) { items throws(Anomaly) in
      guard isOneList, items.pairs.count == places.count else {
        throw step.wrong("the path must yield one whole list", "路径应得到一个完整的列表")
      }
      try body(&items, owner)
    }
  }

  /// Inserts into a list that is not there yet, which a path like `Patient.name` names all the
  /// same.
  private mutating func insertFirst(
    _ value: PatchValue, _ index: Int, _ step: PathPatch.Step, _ environment: Environment
  ) throws(Anomaly) {
    guard let dot = step.path.text.lastIndex(of: ".") else { throw step.beyond(index, 0) }
    let name = String(step.path.text[step.path.text.index(after: dot)...])
    let isName = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard index == 0, isName else { throw step.beyond(index, 0) }
    let parent = try Path(parsing: String(step.path.text[..<dot]))
    let place = try one(try places(of: parent, step, environment), step)
    let fitted = try value.fitted(to: name, of: place.type, step)
    guard fitted.element.isArray else { throw step.wrong("\(name) is no list", "\(name) 不是列表") }
    try add(value, named: name, to: place, step)
  }

  private mutating func edit(
    _ owner: Place.Owner, _ body: (inout JSONItems) throws(Anomaly) -> Void
  ) throws(Anomaly) {
    try resource.edit(owner.steps[...]) { object throws(Anomaly) in
      var items = JSONItems(of: owner.name, isArray: owner.index != nil, in: object)
      guard (owner.index ?? 0) < items.pairs.count else { return }
      try body(&items)
      items.write(to: &object)
    }
  }
}
