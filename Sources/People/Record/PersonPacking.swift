extension Packing {
  /// Packs one record; gives its place.
  @discardableResult
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
    let citizen = record.citizenNumber
    if let citizen { put(citizen.value, citizen.field) }
    for identifier in record.identifiers where identifier != citizen?.identifier {
      put(cardNumber: identifier.value, of: identifier.system)
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

extension PersonRecord {
  /// The values that cannot be what they stand for, with the reasons.
  package var findings: [Finding] {
    var packing = Packing()
    packing.append(self)
    return packing.findings
  }

  /// The number by which the country knows the person, and how it is read.
  ///
  /// Of several, the first that is valid at full length; one of 15 digits proves nothing.
  fileprivate var citizenNumber: (identifier: Identifier, value: String, field: SourceField)? {
    let numbers = identifiers.filter { $0.system == Self.identityNumberSystem }
    let valid = numbers.first { number in
      guard number.value.utf8.count >= IdentityNumber.digits else { return false }
      do throws(IdentityNumberError) {
        _ = try IdentityNumber(number.value)
        return true
      } catch { return false }
    }
    if let number = valid ?? numbers.first { return (number, number.value, .identityNumber) }
    return identifiers.first { $0.system == Self.nationalNumberSystem }.map {
      ($0, $0.value, .nationalNumber)
    }
  }
}
