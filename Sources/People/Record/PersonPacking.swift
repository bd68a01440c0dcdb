extension Packing {
  /// Packs one record; gives its place.
  mutating func append(_ record: PersonRecord) -> Int {
    for name in record.names {
      if name.family.isEmpty, name.given.isEmpty {
        put(name.text, .name)
      } else {
        put(name.family, .surname)
        put(name.given, .given)
      }
      // One name is compared: the first, which is the usual one.
      break
    }
    put(record.gender, .gender)
    put(record.birthDate, .birthDate)
    for identifier in record.identifiers {
      switch identifier.system {
      case PersonRecord.identityNumberSystem: put(identifier.value, .identityNumber)
      case PersonRecord.nationalNumberSystem: put(identifier.value, .nationalNumber)
      default: put(identifier.value, .card)
      }
    }
    for phone in record.phones { put(phone, .phone) }
    put(record.address.province, .province)
    put(record.address.city, .city)
    put(record.address.district, .district)
    put(record.address.locality, .locality)
    put(record.address.postalCode, .postalCode)
    put(record.address.line, .line)
    put(record.address.street, .street)
    put(record.address.building, .building)
    put(record.address.houseNumber, .houseNumber)
    put(record.household, .household)
    put(record.mother, .mother)
    put(record.father, .father)
    return end()
  }

  private mutating func put(_ text: String, _ field: SourceField) {
    guard !text.isEmpty else { return }
    var text = text
    text.withUTF8 { put($0, field) }
  }
}
