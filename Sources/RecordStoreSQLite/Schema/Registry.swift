import FHIR
import FHIRSearch

extension Connection {
  /// The tables know types by number; the numbers may not change under them.
  func checkTypes() throws(Anomaly) {
    var stored: [Int64: String] = [:]
    let rows = try statement("SELECT type, name FROM type")
    while try rows.step() { stored[rows.int64(0)] = rows.text(1) }
    rows.reset()
    let add = try statement("INSERT INTO type (type, name) VALUES (?, ?)")
    for type in Schema.r4.resourceTypes {
      let number = Int64(type.rawValue)
      let name = Schema.r4.name(of: type)
      if stored[number] == name { continue }
      guard stored[number] == nil else {
        throw .fault("Type \(number) is \(stored[number] ?? "") in the database, here \(name)")
      }
      add.bind(number, at: 1)
      add.bind(name, at: 2)
      try add.run()
    }
  }

  /// The search parameters with the numbers that the index rows have; new ones are given numbers.
  func parameterTable() throws(Anomaly) -> ParameterTable {
    var numbers: [String: Int32] = [:]
    let rows = try statement("SELECT number, name FROM parameter")
    while try rows.step() {
      numbers[rows.text(1)] = Int32(truncatingIfNeeded: rows.int64(0))
    }
    rows.reset()
    let table = try ParameterTable(numbers: numbers)
    try execute("BEGIN IMMEDIATE")
    let add = try statement("INSERT INTO parameter (number, name) VALUES (?, ?)")
    for (name, number) in table.numbers where numbers[name] == nil {
      add.bind(Int64(number), at: 1)
      add.bind(name, at: 2)
      try add.run()
    }
    try execute("COMMIT")
    return table
  }

  /// The codec with the dictionaries that stored bodies need.
  func codec() throws(Anomaly) -> BodyCodec {
    let codec = BodyCodec()
    let rows = try statement("SELECT dictionary, bytes FROM dictionary ORDER BY dictionary")
    defer { rows.reset() }
    while try rows.step() { try codec.add(rows.int64(0), Array(rows.blob(1))) }
    return codec
  }
}
