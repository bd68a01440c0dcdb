import FHIR
import People
import RecordStore

/// Somebody is asked whether two records are of one person. <https://hl7.org/fhir/R4/task.html>
struct ReviewTask: Sendable {
  private(set) var json: JSON

  /// What has become of the question. <https://hl7.org/fhir/R4/valueset-task-status.html>
  enum Status: String, Sendable {
    case requested, completed, cancelled
    /// Put off.
    case onHold = "on-hold"
    /// One has said that it is one person; a second has to agree.
    case inProgress = "in-progress"
  }

  /// Always the same for the same two records, so that nobody is asked twice.
  static func key(_ pair: RecordPair) -> ResourceKey {
    var high: UInt64 = 0xCBF2_9CE4_8422_2325
    var low: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in "\(pair.first)|\(pair.second)".utf8 {
      high = (high ^ UInt64(byte)) &* 0x100_0000_01B3
      low = (low &+ UInt64(byte)) &* 0xBF58_476D_1CE4_E5B9
      low ^= low >> 29
    }
    let digits = [high, low].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return ResourceKey(type: PersonIndex.task, id: "review-" + digits.joined())
  }

  init(_ pair: RecordPair, at time: Int64, _ decision: LinkDecision?) {
    json = [
      "resourceType": "Task", "meta": ["tag": [IndexMark.review]],
      "status": .string(Status.requested.rawValue), "intent": "proposal",
      "code": [
        "coding": [
          [
            "system": .string(IndexMark.system), "code": "suspected-duplicate",
            "display": "Suspected duplicate",
          ]
        ],
        "text": "疑似重复",
      ],
      "focus": ["reference": .string("Patient/\(pair.first)")],
      "authoredOn": .string(Instant(milliseconds: time).text),
      "lastModified": .string(Instant(milliseconds: time).text),
    ]
    var input: [JSON] = [
      Self.part("other-record", "valueReference", ["reference": "Patient/\(pair.second)"])
    ]
    if let score = decision?.score {
      input.append(Self.part("score", "valueDecimal", .number(score.hundredths)))
    }
    for reason in decision?.reasons ?? [] {
      input.append(Self.part("reason", "valueString", .string(reason.text)))
    }
    json["input"] = .array(input)
  }

  /// Reads a stored one; nil when the index has not made it.
  init?(_ json: JSON) {
    guard json["resourceType"] == "Task", IndexMark.review.isTag(of: json) else { return nil }
    self.json = json
  }

  private static func part(_ code: String, _ member: String, _ value: JSON) -> JSON {
    var part: JSON = [
      "type": ["coding": [["system": .string(IndexMark.system), "code": .string(code)]]]
    ]
    part[member] = value
    return part
  }

  private func values(_ list: String, _ code: String) -> [JSON] {
    (json[list]?.items ?? []).filter { $0["type"]?["coding"]?[0]?["code"]?.string == code }
  }

  var pair: RecordPair? {
    guard let one = json["focus"]?["reference"]?.string.flatMap(PersonLink.patient),
      let other = values("input", "other-record").first?["valueReference"]?["reference"]?.string
        .flatMap(PersonLink.patient)
    else { return nil }
    return RecordPair(one, other)
  }

  var reasons: [MatchReason] {
    values("input", "reason").compactMap { $0["valueString"]?.string }
      .compactMap(MatchReason.init(text:))
  }

  var status: Status? { json["status"]?.string.flatMap(Status.init) }

  var verdict: Verdict? {
    switch status {
    case .requested, .onHold, .inProgress: .open
    case .completed:
      values("output", "decision").last?["valueCode"]?.string == "same" ? .same : .different
    case .cancelled, nil: nil
    }
  }

  /// Who has proposed that it is one person, where a second has to agree.
  var proposer: String? {
    guard status == .inProgress else { return nil }
    return values("output", "decided-by").last?["valueString"]?.string
  }

  mutating func set(_ status: Status, at time: Int64) {
    json["status"] = .string(status.rawValue)
    json["lastModified"] = .string(Instant(milliseconds: time).text)
  }

  /// Adds what somebody has said.
  mutating func decide(isSame: Bool, by: String, _ status: Status, at time: Int64) {
    set(status, at: time)
    json["output"] = .array(
      (json["output"]?.items ?? []) + [
        Self.part("decision", "valueCode", isSame ? "same" : "different"),
        Self.part("decided-by", "valueString", .string(by)),
      ])
  }
}
