package import FHIR

/// A card as a FHIR `Device`: a non-medical item that is given to a person.
///
/// <https://hl7.org/fhir/R4/device.html>. What happened to it is told by one `Provenance` each;
/// the state in the device is a copy for searching, checked when it is read.
extension Card {
  /// A property of the device that FHIR has no element for.
  private enum Property: String, CardCode {
    case medium, standing
    case cityCode = "city-code"
    case replaces

    static let arc = 26

    var chinese: String {
      switch self {
      case .medium: "介质"
      case .standing: "卡属性"
      case .cityCode: "应用城市代码"
      case .replaces: "原卡号"
      }
    }
  }

  /// The device, without id.
  package var device: JSON {
    var device: JSON = [
      "resourceType": "Device", "identifier": [identifier],
      "status": state == .active ? "active" : "inactive",
      "statusReason": .array(
        [state.concept] + [steps.last?.reason?.concept].compactMap { $0 }),
    ]
    device["expirationDate"] = details.expires.map { .string($0.text) }
    device["serialNumber"] = details.chipNumber.map(JSON.string)
    device["type"] = details.kind.concept
    device["version"] = details.keyVersion.map { version in
      [["type": ["text": "key version"], "value": .string(String(version))]]
    }
    device["property"] = .array(properties)
    device["patient"] = ["reference": .string(details.holder)]
    device["owner"] = details.issuer.map { ["reference": .string($0)] }
    return device
  }

  private var properties: [JSON] {
    var properties: [JSON] = [
      Self.property(.medium, details.medium.concept),
      Self.property(.standing, details.standing.concept),
    ]
    if let code = details.cityCode {
      properties.append(Self.property(.cityCode, ["text": .string(code)]))
    }
    if let old = details.replaces {
      let coding: JSON = ["system": .string(old.system), "code": .string(old.value)]
      properties.append(Self.property(.replaces, ["coding": [coding]]))
    }
    return properties
  }

  private static func property(_ name: Property, _ value: JSON) -> JSON {
    ["type": name.concept, "valueCode": [value]]
  }

  /// The card as an identifier of its holder, for `Patient.identifier`.
  ///
  /// The type is Health Card Number, <https://terminology.hl7.org/CodeSystem-v2-0203.html>.
  package var identifier: JSON {
    let use =
      state.isFinal ? "old" : details.standing == .temporary ? "temp" : "official"
    var identifier: JSON = [
      "use": .string(use),
      "type": [
        "coding": [["system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "HC"]],
        "text": .string(details.kind.chinese),
      ],
      "system": .string(details.number.system), "value": .string(details.number.value),
    ]
    var period = JSONObject()
    period["start"] = activated.map { .string($0.text) }
    period["end"] = ended.map { .string($0.text) }
    if !period.members.isEmpty { identifier["period"] = .object(period) }
    identifier["assigner"] = details.issuer.map { ["reference": .string($0)] }
    return identifier
  }

  /// Reads a card from its device and what happened to it, in whatever order.
  package init(device: JSON, provenances: [JSON]) throws(Anomaly) {
    var steps: [CardStep] = []
    for provenance in provenances { steps.append(try CardStep(provenance: provenance)) }
    steps.sort { ($0.at.milliseconds, $0.rank) < ($1.at.milliseconds, $1.rank) }
    try self.init(try Self.details(of: device), steps: steps)
    let written = try CardState.read(device["statusReason"]?[0], at: "Device.statusReason[0]")
    guard written == state else {
      throw .conflict(
        "The device says \(written?.rawValue ?? "nothing"), its history says \(state).",
        chinese: "设备记录的状态与历史不一致（历史为\(state.chinese)）。")
    }
  }

  private static func details(of device: JSON) throws(Anomaly) -> Details {
    func missing(_ element: String) -> Anomaly {
      .incorrect(
        "A card's device needs \(element).", chinese: "卡的设备记录缺少\(element)。", code: .required,
        path: "Device.\(element)")
    }
    guard device["resourceType"]?.string == "Device" else { throw missing("resourceType") }
    guard let identifier = device["identifier"]?[0],
      let system = identifier["system"]?.string, let value = identifier["value"]?.string
    else { throw missing("identifier") }
    guard let kind = try CardKind.read(device["type"], at: "Device.type") else {
      throw missing("type")
    }
    guard let holder = device["patient"]?["reference"]?.string else { throw missing("patient") }
    let properties = try self.properties(of: device)
    guard let medium = try CardMedium.read(properties[.medium], at: "Device.property"),
      let standing = try CardStanding.read(properties[.standing], at: "Device.property")
    else { throw missing("property") }
    var details = Details(
      number: try CardNumber(system: system, value), kind: kind, medium: medium,
      standing: standing, holder: holder)
    details.issuer = device["owner"]?["reference"]?.string
    details.cityCode = properties[.cityCode]?["text"]?.string
    details.chipNumber = device["serialNumber"]?.string
    if let text = device["version"]?[0]?["value"]?.string {
      guard let version = UInt8(text) else { throw missing("version") }
      details.keyVersion = version
    }
    if let text = device["expirationDate"]?.string {
      details.expires = try Instant(cardTime: text, at: "Device.expirationDate")
    }
    if let coding = properties[.replaces]?["coding"]?[0], let system = coding["system"]?.string,
      let code = coding["code"]?.string
    {
      details.replaces = try CardNumber(system: system, code)
    }
    return details
  }

  private static func properties(of device: JSON) throws(Anomaly) -> [Property: JSON] {
    var properties: [Property: JSON] = [:]
    for property in device["property"]?.items ?? [] {
      guard let name = try Property.read(property["type"], at: "Device.property.type") else {
        continue
      }
      properties[name] = property["valueCode"]?[0]
    }
    return properties
  }
}

extension CardStep {
  /// The usual order of what happens to a card, which decides between steps of one moment.
  fileprivate var rank: Int { CardEvent.allCases.firstIndex(of: event) ?? 0 }
}
