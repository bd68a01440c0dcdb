/// What the index has to know of a Person that it made; the rest is in the resource.
struct MasterPerson: Hashable, Sendable {
  /// The ids of the Patients that it links.
  var patients: [String]
  /// The Person that it is part of; nil of a master person.
  var whole: String?
  /// Whether it only goes on where that one is full, by nobody's decision.
  var isContinuation = false
}
