package import FHIR

/// Which of a person's residences an address is, CV02.01.205 地址类别.
package enum ResidenceKind: String, CaseIterable, Sendable {
  /// 户籍地址.
  case registered = "01"
  /// 现住址.
  case actual = "09"

  package var chinese: String { self == .registered ? "户籍地址" : "现住址" }

  /// As an extension of an Address; its URL is the code system.
  var mark: JSON {
    [
      "url": .string(RegistrySystem.addressKind),
      "valueCoding": [
        "system": .string(RegistrySystem.addressKind), "code": .string(rawValue),
        "display": .string(chinese),
      ],
    ]
  }

  /// Whether an address is of the kind; one that says nothing is where somebody lives.
  func isKind(of address: JSON) -> Bool {
    let marks = (address["extension"]?.items ?? []).filter {
      $0["url"]?.string == RegistrySystem.addressKind
    }
    guard !marks.isEmpty else { return self == .actual }
    return marks.contains { $0["valueCoding"]?["code"]?.string == rawValue }
  }
}

/// An address down to the house, with the code of its division.
package struct ResidenceAddress: Hashable, Sendable {
  package var text: String
  /// At most twelve digits, padded to twelve.
  package var area: String?

  package init(text: String, area: String?) {
    self.text = text
    self.area = area
  }

  /// An address as a FHIR Address tells it.
  package init?(_ address: JSON?) {
    guard let address else { return nil }
    let lines = (address["line"]?.items ?? []).compactMap(\.string)
    let parts = ["state", "city", "district"].compactMap { address[$0]?.string }
    let text = address["text"]?.string ?? (parts + lines).joined()
    guard !text.isEmpty else { return nil }
    self.text = text
    area = Self.area(of: address)
  }

  /// The twelve digits in the extension of a line.
  static func area(of address: JSON) -> String? {
    for line in address["_line"]?.items ?? [] {
      for item in line["extension"]?.items ?? []
      where item["url"]?.string == RegistrySystem.censusTract {
        return item["valueString"]?.string
      }
    }
    return nil
  }

  /// As a FHIR Address of the kind, from a day on.
  func address(_ kind: ResidenceKind, since day: CivilDay) -> JSON {
    var address: JSON = ["extension": [kind.mark]]
    if kind == .actual { address["use"] = "home" }
    address["type"] = "physical"
    address["text"] = .string(text)
    address["line"] = [.string(text)]
    address["_line"] = area.map {
      [["extension": [["url": .string(RegistrySystem.censusTract), "valueString": .string($0)]]]]
    }
    address["period"] = ["start": .string(day.text)]
    return address
  }
}

extension ResidenceKind {
  /// The address of the kind that is in force; for the registered one, none where none is told.
  package func current(of patient: JSON) -> JSON? {
    (patient["address"]?.items ?? []).last { address in
      isKind(of: address) && address["use"]?.string != "old" && address["period"]?["end"] == nil
    }
  }

  /// Ends the address of the kind, which stays as an old one, and adds the new one.
  func move(_ patient: inout JSON, to new: JSON?, on day: CivilDay) {
    var addresses = (patient["address"]?.items ?? []).map { address in
      guard isKind(of: address), address["use"]?.string != "old",
        address["period"]?["end"] == nil
      else { return address }
      var address = address
      address["use"] = "old"
      var period = address["period"] ?? .object([:])
      period["end"] = .string(day.text)
      address["period"] = period
      return address
    }
    if let new { addresses.append(new) }
    patient["address"] = addresses.isEmpty ? nil : .array(addresses)
  }
}
