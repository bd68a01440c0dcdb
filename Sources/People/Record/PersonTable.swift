package import FHIR

extension RecordTable {
  /// Some lines of a table as records of persons, unpacked: every one in so many.
  package static func persons(
    _ bytes: UnsafeBufferPointer<UInt8>, oneIn step: Int
  ) throws(Anomaly) -> [PersonRecord] {
    var reader = CSVReader(bytes)
    let fields = try header(&reader)
    var persons: [PersonRecord] = []
    var line = 0
    while true {
      do throws(CSVReader.Defect) {
        guard try reader.next() else { return persons }
      } catch {
        throw .incorrect(
          "Line \(reader.line) cannot be read.", chinese: "第 \(reader.line) 行无法读取")
      }
      line += 1
      guard line % max(1, step) == 0, reader.cellCount == fields.count else { continue }
      var person = PersonRecord(id: reader.text(0))
      for (index, field) in fields.enumerated() { person.put(reader.text(index), field) }
      persons.append(person)
    }
  }
}

extension PersonRecord {
  /// Puts the value of a column where it belongs.
  fileprivate mutating func put(_ text: String, _ field: SourceField) {
    guard !text.isEmpty else { return }
    if [.name, .surname, .given].contains(field), names.isEmpty { names.append(Name()) }
    switch field {
    case .id, .source, .ignored: break
    case .name: names[0].text = text
    case .surname: names[0].family = text
    case .given: names[0].given = text
    case .gender: gender = text
    case .birthDate: birthDate = text
    case .identityNumber:
      identifiers.append(Identifier(system: Self.identityNumberSystem, value: text))
    case .nationalNumber:
      identifiers.append(Identifier(system: Self.nationalNumberSystem, value: text))
    case .card: identifiers.append(Identifier(system: "", value: text))
    case .phone: phones.append(text)
    case .province: address.province = text
    case .city: address.city = text
    case .district: address.district = text
    case .line: address.line = text
    case .street: address.street = text
    case .building: address.building = text
    case .houseNumber: address.houseNumber = text
    case .locality: address.locality = text
    case .postalCode: address.postalCode = text
    case .household: household = text
    case .mother: mother = text
    case .father: father = text
    }
  }
}
