import FHIR

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

  /// The codec with the dictionaries that stored bodies need; a new store is given the starter.
  func codec() throws(Anomaly) -> BodyCodec {
    let codec = BodyCodec()
    if try integer("SELECT count(*) FROM dictionary") == 0 {
      try keep(1, DictionaryTraining.embeddedStarter())
    }
    let rows = try statement("SELECT dictionary, bytes FROM dictionary ORDER BY dictionary")
    defer { rows.reset() }
    while try rows.step() { try codec.add(rows.int64(0), Array(rows.blob(1))) }
    return codec
  }
}
