import FHIR

/// One thing the API does: where, by which method, and how.
///
/// The table of all of them routes the requests and writes the CapabilityStatement, so neither can
/// know more than the other. <https://hl7.org/fhir/R4/http.html#summary>
struct Interaction: Sendable {
  /// The codes in the CapabilityStatement, such as `search-type`.
  let codes: [String]
  let verb: Verb
  let shape: Route.Shape
  let perform: @Sendable (Call) async throws(Anomaly) -> Reply

  init(
    _ codes: String..., by verb: Verb, at shape: Route.Shape,
    perform: @escaping @Sendable (Call) async throws(Anomaly) -> Reply
  ) {
    self.codes = codes
    self.verb = verb
    self.shape = shape
    self.perform = perform
  }

  /// Whether the request brings a body to be read.
  var readsBody: Bool { verb == .post || verb == .put || verb == .patch }

  /// Everything the server does under the base URL.
  static let all: [Interaction] = [
    capabilities, smartConfiguration,
    read, vread,
    create, update, conditionalUpdate, patch, conditionalPatch, delete, conditionalDelete,
    searchType, searchTypeByPost, searchSystem, searchSystemByPost,
    searchCompartment, searchCompartmentByPost,
    historyInstance, historyType, historySystem,
    bundle,
    systemOperation, systemOperationByPost, typeOperation, typeOperationByPost,
    instanceOperation, instanceOperationByPost,
  ]

  private static let table: [Interaction?] = {
    var table = [Interaction?](
      repeating: nil, count: Route.Shape.allCases.count * Verb.allCases.count)
    for interaction in all { table[index(interaction.verb, interaction.shape)] = interaction }
    return table
  }()

  private static func index(_ verb: Verb, _ shape: Route.Shape) -> Int {
    shape.rawValue * Verb.allCases.count + verb.rawValue
  }

  /// The interaction of a method at a place, if there is one.
  static func at(_ shape: Route.Shape, _ verb: Verb) -> Interaction? { table[index(verb, shape)] }

  /// The methods that a place knows.
  static func verbs(at shape: Route.Shape) -> [Verb] {
    Verb.allCases.filter { at(shape, $0) != nil }
  }
}
