import FHIR

extension Chart {
  /// The discharge summary, 出院小结 C0053 of WS/T 500.
  mutating func summarise(_ illness: Illness, of visit: Visit, stayInDays: Int) {
    let text = """
      出院小结
      姓名：\(person.name.text)　性别：\(person.sex == .male ? "男" : "女")
      入院日期：\(visit.day.text)　出院日期：\(visit.end.day.text)　住院\(stayInDays)天
      主诉：\(illness.complaint)
      出院诊断：\(illness.display)（\(illness.code)）
      诊疗经过：入院后完善检查，予对症支持治疗，病情好转。
      出院医嘱：按时服药，注意休息，两周后复诊。
      医师：\(visit.doctor.name)
      """
    let id = nextID()
    let bytes = Array(text.utf8)
    add(
      .resource(
        "DocumentReference", id,
        [
          "masterIdentifier": ["system": System.document, "value": .string(id)],
          "status": "current", "type": .concept(System.documentType, "C0053", "出院小结"),
          "subject": person.reference, "date": .moment(visit.end),
          "author": [visit.doctor.reference], "custodian": visit.institution.reference,
          "description": .string("\(illness.display)出院小结"),
          "content": [
            [
              "attachment": [
                "contentType": "text/plain", "language": "zh-CN",
                "data": .string(base64(bytes)), "size": .number(bytes.count),
                "title": "出院小结", "creation": .moment(visit.end),
              ]
            ]
          ],
          "context": [
            "encounter": [visit.reference],
            "period": .period(visit.startText, .moment(visit.end)),
          ],
        ]))
  }
}

/// The base64 text of bytes, RFC 4648 § 4.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  out.reserveCapacity((bytes.count + 2) / 3 * 4)
  var place = 0
  while place < bytes.count {
    let rest = min(3, bytes.count - place)
    var group = Int(bytes[place]) << 16
    if rest > 1 { group |= Int(bytes[place + 1]) << 8 }
    if rest > 2 { group |= Int(bytes[place + 2]) }
    for position in 0..<4 {
      out.append(
        position <= rest ? alphabet[group >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
    }
    place += 3
  }
  return String(decoding: out, as: UTF8.self)
}
