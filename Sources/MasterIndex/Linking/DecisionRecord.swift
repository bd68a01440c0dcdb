import FHIR
import RecordStore

/// The Provenance of one decision about who is one person.
///
/// <https://hl7.org/fhir/R4/provenance.html>
struct DecisionRecord: Sendable {
  /// What was done, by the life cycle of records.
  /// <https://terminology.hl7.org/CodeSystem-iso-21089-lifecycle.html>
  enum Activity: String, Sendable {
    case link, unlink, merge, unmerge
    /// Two records were held to be of two people.
    case verify

    var chinese: String {
      switch self {
      case .link: "关联"
      case .unlink: "取消关联"
      case .merge: "合并"
      case .unmerge: "撤销合并"
      case .verify: "判定不是同一人"
      }
    }
  }

  var activity: Activity
  /// The Person that it is about; a Task where there is none.
  var target: ResourceKey
  /// The records, or Persons, that were joined or parted, as references.
  var parts: [String]
  var by: String
  var method: LinkDecision.Method
  var at: Int64
  var reason: String?

  var json: JSON {
    let time = JSON.string(Instant(milliseconds: at).text)
    var json: JSON = [
      "resourceType": "Provenance", "meta": ["tag": [IndexMark.decision]],
      "target": [["reference": .string("\(target)")]], "recorded": time,
      "activity": [
        "coding": [
          [
            "system": "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle",
            "code": .string(activity.rawValue),
          ]
        ],
        "text": .string(activity.chinese),
      ],
      "agent": [
        [
          "type": [
            "coding": [
              [
                "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
                "code": .string(method == .person ? "author" : "assembler"),
              ]
            ]
          ], "who": ["display": .string(by)],
        ]
      ],
      "entity": .array(
        parts.map { ["role": "source", "what": ["reference": .string($0)]] }),
    ]
    if let reason, !reason.isEmpty { json["reason"] = [["text": .string(reason)]] }
    return json
  }
}
