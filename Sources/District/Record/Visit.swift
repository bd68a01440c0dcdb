import FHIR

/// A contact with an institution, already written as an Encounter.
struct Visit {
  /// Where one is seen, CV09.00.404 and the class of HL7.
  enum Kind { case outpatient, emergency, inpatient, atHome }

  let kind: Kind
  let reference: JSON
  let start: Moment
  let end: Moment
  let startText: JSON
  let institution: Institution
  let doctor: Staff

  var day: Day { start.day }
}

/// Who is going to be seen where.
struct Appointment {
  var kind: Visit.Kind
  var institution: Institution
  var department: Department?
  var doctor: Staff
}

extension Chart {
  /// Writes the Encounter of a visit. <https://hl7.org/fhir/R4/encounter.html>
  mutating func open(
    _ appointment: Appointment, from start: Moment, to end: Moment, type: String? = nil,
    reason: JSON? = nil, diagnosis: String? = nil, disposition: JSON? = nil
  ) -> Visit {
    let id = nextID()
    let startText = JSON.moment(start)
    let kind = appointment.kind
    let isInpatient = kind == .inpatient
    let byOrder: JSON? = isInpatient ? Self.byOrder : .none
    let left = disposition ?? byOrder
    let ward = isInpatient ? appointment.institution.ward : nil
    add(
      .resource(
        "Encounter", id,
        [
          "identifier": isInpatient
            ? [["system": System.admission, "value": .string(id)]] : nil,
          "status": "finished", "class": kind.hl7Class,
          "type": type.map { [["coding": [kind.coding], "text": .string($0)]] } ?? kind.type,
          "serviceType": appointment.department?.serviceType, "subject": person.reference,
          "participant": [["individual": appointment.doctor.reference]],
          "period": .period(startText, .moment(end)), "reasonCode": reason.map { [$0] },
          "diagnosis": diagnosis.map {
            [["condition": .reference("Condition/" + $0), "use": Self.dischargeDiagnosis]]
          },
          "hospitalization": left.map { ["dischargeDisposition": $0] },
          "location": ward.map { [["location": $0]] },
          "serviceProvider": appointment.department?.reference
            ?? appointment.institution.reference,
        ]))
    return Visit(
      kind: kind, reference: .reference("Encounter/" + id), start: start, end: end,
      startText: startText, institution: appointment.institution, doctor: appointment.doctor)
  }

  /// A consultation of a quarter of an hour at the village clinic or health centre.
  mutating func openAtHomeClinic(on day: Day, type: String, reason: JSON? = nil) -> Visit {
    let isAtHome = person.birth.years(to: day) >= 78 && chance.happens(0.4)
    let appointment = Appointment(
      kind: isAtHome ? .atHome : .outpatient, institution: home.clinic,
      department: home.clinic.departments["general"], doctor: home.doctor)
    let start = consultingHour(day)
    return open(appointment, from: start, to: start + 15, type: type, reason: reason)
  }

  /// A doctor of the department; its own institution where it has no such department.
  mutating func appointment(
    _ kind: Visit.Kind, at institution: Institution, department key: String
  ) -> Appointment {
    let department =
      institution.departments[key] ?? institution.departments["general"]
      ?? institution.departments["internal"] ?? institution.departments["prevention"]
    let doctor = chance.one(of: department?.staff ?? []) ?? home.doctor
    return Appointment(
      kind: kind, institution: institution, department: department, doctor: doctor)
  }

  private static let dischargeDiagnosis: JSON = .concept(
    "http://terminology.hl7.org/CodeSystem/diagnosis-role", "DD", "Discharge diagnosis")
  private static let byOrder: JSON = .concept(System.discharge, "1", "医嘱离院")
}

extension Visit.Kind {
  private static let act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
  private static let ambulatory: JSON = .coding(act, "AMB", "ambulatory")
  private static let emergencyClass: JSON = .coding(act, "EMER", "emergency")
  private static let inpatientClass: JSON = .coding(act, "IMP", "inpatient encounter")
  private static let homeClass: JSON = .coding(act, "HH", "home health")
  private static let codings: [JSON] = [
    .coding(System.visitKind, "1", "门诊"), .coding(System.visitKind, "2", "急诊"),
    .coding(System.visitKind, "3", "住院"), .coding(System.visitKind, "9", "其他"),
  ]
  private static let types: [JSON] = zip(codings, ["门诊", "急诊", "住院", "上门服务"]).map {
    [["coding": [$0], "text": .string($1)]]
  }

  private var place: Int {
    switch self {
    case .outpatient: 0
    case .emergency: 1
    case .inpatient: 2
    case .atHome: 3
    }
  }

  var coding: JSON { Self.codings[place] }
  var type: JSON { Self.types[place] }

  var hl7Class: JSON {
    switch self {
    case .outpatient: Self.ambulatory
    case .emergency: Self.emergencyClass
    case .inpatient: Self.inpatientClass
    case .atHome: Self.homeClass
    }
  }
}
