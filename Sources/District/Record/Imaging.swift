import FHIR

/// An examination by image: a row of `imaging.tsv`.
struct Imaging: Sendable {
  let name: String
  let code: JSON
  let modality: JSON
  let site: JSON
  let sop: String
  let instances: Int
  let normal: String
  let abnormal: String

  init(_ row: Table.Row) throws(Anomaly) {
    name = try row.text("name")
    code = .words(name)
    let dicom = "http://dicom.nema.org/resources/ontology/DCM"
    modality = .coding(dicom, try row.text("modality"))
    site = ["display": .string(try row.text("site"))]
    sop = "urn:oid:" + (try row.text("sop"))
    instances = try row.whole("instances")
    normal = try row.text("normal")
    abnormal = try row.text("abnormal")
  }
}

extension Chart {
  /// Takes images: an ImagingStudy and the report on it.
  mutating func image(_ key: String, at visit: Visit, isAbnormal: Bool) {
    guard let imaging = setting.medicine.imaging[key] else { return }
    let taken = visit.start + 35
    let issued = taken + chance.within(30...120)
    guard issued.day <= lastDay else { return }
    let id = nextID()
    // DICOM PS3.5 B.2: a UID made of a number without a registered root begins with 2.25.
    let uid = "2.25.\(person.seed >> 1)\(padded(count, 5))"
    add(
      .resource(
        "ImagingStudy", id,
        [
          "identifier": [
            ["system": "urn:dicom:uid", "value": .string("urn:oid:" + uid)]
          ],
          "status": "available", "modality": [imaging.modality], "subject": person.reference,
          "encounter": visit.reference, "started": .moment(taken), "numberOfSeries": 1,
          "numberOfInstances": .number(imaging.instances), "description": .string(imaging.name),
          "series": [
            [
              "uid": .string(uid + ".1"), "number": 1, "modality": imaging.modality,
              "numberOfInstances": .number(imaging.instances), "bodySite": imaging.site,
              "instance": [
                [
                  "uid": .string(uid + ".1.1"),
                  "sopClass": ["system": "urn:ietf:rfc:3986", "code": .string(imaging.sop)],
                  "number": 1,
                ]
              ],
            ]
          ],
        ]))
    add(
      .resource(
        "DiagnosticReport", nextID(),
        [
          "status": "final", "category": Category.radiologyReport, "code": imaging.code,
          "subject": person.reference, "encounter": visit.reference,
          "effectiveDateTime": .moment(taken), "issued": .moment(issued),
          "performer": [visit.institution.imaging],
          "imagingStudy": [.reference("ImagingStudy/" + id)],
          "conclusion": .string(isAbnormal ? imaging.abnormal : imaging.normal),
        ]))
  }
}
