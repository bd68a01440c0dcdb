import FHIR
import Registries

/// Where institutions lie and what stands in them: divisions, sites, wards, beds, equipment.
extension Founding {
  private static func place(_ code: String, _ english: String) -> JSON {
    .concept(
      "http://terminology.hl7.org/CodeSystem/location-physical-type", code, english)
  }

  private func jurisdiction(_ area: String) -> JSON { .reference("Location/\(prefix)-j\(area)") }

  /// A division of the country, within which institutions lie, IHE mCSD §1:46.1.
  mutating func open(jurisdiction area: String, _ name: String, within parent: String?) {
    let digits = area + String(repeating: "0", count: max(0, 12 - area.utf8.count))
    add(
      .resource(
        "Location", "\(prefix)-j\(area)",
        [
          "identifier": [["system": .string(RegistrySystem.division), "value": .string(digits)]],
          "status": "active", "name": .string(name), "mode": "instance",
          "physicalType": Self.place("jdn", "Jurisdiction"), "partOf": parent.map(jurisdiction),
        ]))
  }

  /// Where the institution stands.
  mutating func openSite(of id: String, named name: String, area: String) {
    add(
      .resource(
        "Location", id + "-site",
        [
          "status": "active", "name": .string(name), "mode": "instance",
          "physicalType": Self.place("si", "Site"),
          "managingOrganization": .reference("Organization/" + id),
          "partOf": jurisdiction(area),
        ]))
  }

  /// Beds of a ward at 25,000 residents.
  private static let beds = 60.0

  /// Opens the wards of an institution as one Location with its beds, and gives the reference.
  mutating func openWard(
    of id: String, named name: String, kind: InstitutionKind
  ) -> JSON {
    let ward = id + "-ward"
    add(
      .resource(
        "Location", ward,
        [
          "status": "active", "name": .string(name + "住院部"), "mode": "instance",
          "physicalType": Self.place("wa", "Ward"),
          "managingOrganization": .reference("Organization/" + id),
          "partOf": .reference("Location/" + id + "-site"),
        ]))
    let share = kind == .hospital ? 1.0 : kind == .maternal ? 0.4 : 0.15
    for bed in 1...max(4, min(Int(Self.beds * scale * share), 400)) {
      add(
        .resource(
          "Location", "\(ward)-b\(bed)",
          [
            "status": .string(bed % 17 == 0 ? "suspended" : "active"),
            "name": .string("\(bed)床"), "mode": "instance",
            "physicalType": Self.place("bd", "Bed"),
            "managingOrganization": .reference("Organization/" + id),
            "partOf": .reference("Location/" + ward),
          ]))
    }
    return .reference("Location/" + ward, name + "住院部")
  }

  /// The larger equipment of an institution. <https://hl7.org/fhir/R4/device.html>
  mutating func equip(_ id: String, named name: String, kind: InstitutionKind) {
    let names: [String] =
      switch kind {
      case .hospital: ["CT机", "数字化X线机", "彩色超声诊断仪", "全自动生化分析仪", "心电图机"]
      case .maternal: ["彩色超声诊断仪", "婴儿培养箱", "听力筛查仪"]
      case .central, .community: ["数字化X线机", "黑白超声诊断仪", "心电图机"]
      case .township: ["心电图机"]
      default: []
      }
    for (number, equipment) in names.enumerated() {
      add(
        .resource(
          "Device", "\(id)-d\(number + 1)",
          [
            "status": .string(number == 4 ? "inactive" : "active"),
            "serialNumber": .string("SN\(padded(institutions, 4))\(padded(number + 1, 2))"),
            "deviceName": [["name": .string(equipment), "type": "user-friendly-name"]],
            "type": .words(equipment), "owner": .reference("Organization/" + id, name),
            "location": .reference("Location/" + id + "-site"),
          ]))
    }
  }
}
