import FHIR
import FHIRSearch
import RecordStore

/// What is made of a resource before the writer sees it: packed bytes and index rows.
struct Payload: Sendable {
  var packed: BodyCodec.Packed
  var entries: IndexEntries
  /// The indexing that the entries were made by.
  var epoch: Int
  /// The id of the person that the resource is about, if it is about one.
  var person: StoredID?
}

/// Makes payloads: extraction and packing, in the tasks of the callers.
struct PayloadMaker: Sendable {
  let registry: IndexRegistry
  let codec: BodyCodec

  func payload(_ key: ResourceKey, _ document: JSONDocument, _ body: [UInt8]) throws(Anomaly)
    -> Payload
  {
    let indexing = registry.current
    if Schema.r4.name(of: key.type) == "SearchParameter" { try check(document.root, indexing) }
    let entries = indexing.extractor.entries(for: document.root, key.type)
    return Payload(
      packed: try codec.pack(body), entries: entries, epoch: indexing.epoch,
      person: WhoIsWho.has(key.type, document.root)
        ? nil : indexing.membership.person(entries, key.type))
  }

  /// The index rows of a stored body.
  func entries(_ type: TypeID, _ body: [UInt8]) throws(Anomaly) -> IndexEntries {
    let document = try JSONDocument.parse(body)
    defer { withExtendedLifetime(document) {} }
    return registry.current.extractor.entries(for: document.root, type)
  }

  /// Refuses a search parameter that could not be used.
  private func check(_ resource: JSONCursor, _ indexing: Indexing) throws(Anomaly) {
    guard let custom = try CustomParameter(resource),
      custom.names(in: indexing.table).isEmpty
    else { return }
    var table = indexing.table
    try table.add(custom.definition)
  }
}

/// Whose record a resource belongs to: the first parameter of the patient compartment that leads to
/// a patient. <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>
struct Membership: Sendable {
  /// The keys of index rows, in the order of the compartment's definition.
  private let keys: [TypeID: [Int32]]
  let patient: TypeID
  /// The keys of the rows that hold references, by the type that they may lead to.
  let references: [TypeID: [Int32]]
  /// The keys of the tuples with a reference in one of their columns, counted from 1.
  let tupleReferences: [(key: Int32, column: Int)]

  /// The rows that may lead to a resource of a type, as `IndexBuffer.redirect` wants them.
  func rowsThatLead(to type: TypeID) -> (numbers: Set<Int64>, tuples: [(key: Int32, column: Int)]) {
    (Set((references[type] ?? []).map { Int64($0) << 1 }), tupleReferences)
  }

  init(_ table: ParameterTable) {
    let schema = Schema.r4
    guard let patient = schema.type(named: "Patient"),
      let compartment = schema.compartment(of: patient)
    else { preconditionFailure("the schema has no patient compartment") }
    self.patient = patient
    keys = compartment.parameters.reduce(into: [:]) { keys, member in
      keys[member.key] = member.value.flatMap {
        table.parameter($0, of: member.key)?.keys() ?? []
      }
    }
    var references: [TypeID: [Int32]] = [:]
    var tupleReferences: [(key: Int32, column: Int)] = []
    for type in schema.resourceTypes {
      for parameter in table.parameters(of: type) {
        if parameter.type == .reference {
          for target in parameter.targets {
            references[target, default: []] += parameter.keys()
          }
        }
        for (index, component) in parameter.components.enumerated()
        where component.type == .reference {
          tupleReferences += parameter.keys().map { ($0, index + 1) }
        }
      }
    }
    let list = Set(keys.values.joined()).sorted().map(String.init).joined(separator: ",")
    outsideSQL = """
      SELECT rid FROM idx
      WHERE param IN (\(list)) AND lo = ?1 AND hi = 0 AND (rid < ?2 OR rid > ?3)
      """
    self.references = references.mapValues { Array(Set($0)) }
    self.tupleReferences = tupleReferences
  }

  /// Finds the resources outside of a range of rids that belong to a person.
  let outsideSQL: String

  /// Whether resources of a type may belong to a person.
  func mayBelong(_ type: TypeID) -> Bool { keys[type] != nil && type != patient }

  func person(_ entries: IndexEntries, _ type: TypeID) -> StoredID? {
    guard type != patient, let keys = keys[type] else { return nil }
    for key in keys {
      for row in entries.rows
      where row.key == key && row.kind == .reference && row.target == patient {
        return entries.text(of: row).withUnsafeBytes { StoredID($0) }
      }
    }
    return nil
  }
}
