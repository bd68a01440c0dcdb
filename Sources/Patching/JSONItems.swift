import FHIR

/// A value with its `_` twin, which holds a primitive's `id` and `extension`.
/// <https://hl7.org/fhir/R4/json.html#primitive>
struct JSONPair: Sendable {
  var value: JSON?
  var twin: JSON?

  var isEmpty: Bool { value == nil && twin == nil }
}

/// The items of an element, each with its twin, taken out of an object to be changed and put back.
struct JSONItems {
  let name: String
  let isArray: Bool
  var pairs: [JSONPair]

  init(of name: String, isArray: Bool, in object: JSONObject) {
    self.name = name
    self.isArray = isArray
    let value = object[name]
    let twin = object["_" + name]
    guard isArray else {
      let pair = JSONPair(value: value, twin: twin)
      pairs = pair.isEmpty ? [] : [pair]
      return
    }
    let values = value?.items ?? []
    let twins = twin?.items ?? []
    pairs = (0..<max(values.count, twins.count)).map {
      JSONPair(value: JSONItems.item($0, of: values), twin: JSONItems.item($0, of: twins))
    }
  }

  /// The item; nil where a `null` holds the place, or none is there.
  private static func item(_ index: Int, of items: [JSON]) -> JSON? {
    guard index < items.count, items[index] != .null else { return nil }
    return items[index]
  }

  /// Puts the items back; what has become empty goes.
  func write(to object: inout JSONObject) {
    let pairs = pairs.filter { !$0.isEmpty }
    func member(_ part: KeyPath<JSONPair, JSON?>) -> JSON? {
      guard pairs.contains(where: { $0[keyPath: part] != nil }) else { return nil }
      guard isArray else { return pairs.first?[keyPath: part] }
      return .array(pairs.map { $0[keyPath: part] ?? .null })
    }
    object[name] = member(\.value)
    object["_" + name] = member(\.twin)
  }
}

extension JSONObject {
  /// Adds a value: behind the others of a list, or where none is yet.
  mutating func add(_ fitted: FittedValue, _ step: PathPatch.Step) throws(Anomaly) {
    for (nameID, _) in fitted.element.jsonNames where !fitted.element.isArray {
      let name = Schema.r4.names.string(of: nameID)
      guard self[name] == nil, self["_" + name] == nil else {
        throw step.wrong("\(name) is there already", "\(name) 已存在")
      }
    }
    var items = JSONItems(of: fitted.name, isArray: fitted.element.isArray, in: self)
    items.pairs.append(fitted.pair)
    items.write(to: &self)
  }
}
