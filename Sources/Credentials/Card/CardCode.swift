package import FHIR

/// A word of the card's life, as a code of a code system of its own.
package protocol CardCode: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  /// The last arc of the code system's identifier.
  static var arc: Int { get }
  /// 中文名称。
  var chinese: String { get }
}

extension CardCode {
  /// The code system, below a UUID of the project, ITU-T X.667.
  package static var system: String { "\(CardSystem.project).\(arc)" }

  /// As a `CodeableConcept`.
  package var concept: JSON {
    [
      "coding": [["system": .string(Self.system), "code": .string(rawValue)]],
      "text": .string(chinese),
    ]
  }

  /// The word among a concept's codings; nil when there is none of this system.
  package static func read(_ concept: JSON?, at path: String) throws(Anomaly) -> Self? {
    for coding in concept?["coding"]?.items ?? [] where coding["system"]?.string == system {
      let code = coding["code"]?.string ?? ""
      guard let word = Self(rawValue: code) else {
        throw .incorrect(
          "'\(code)' is no code of \(system).", chinese: "代码“\(code)”不属于\(system)。",
          code: .codeInvalid, path: path)
      }
      return word
    }
    return nil
  }
}

/// The identifier systems of cards.
package enum CardSystem {
  /// 5f1b8c1e-0a53-4d0e-9c6b-4b8e3f9a7d21 as an object identifier.
  package static let project = "urn:oid:2.25.126419693532132389766607723019133156641"
  /// 居民健康卡号, WS/T 500 and the national OID registry of health information.
  package static let residentHealthCard = "urn:oid:2.16.156.10011.1.19"
}

/// What kind of card it is; several of them lead to one person 多卡归一.
package enum CardKind: String, CardCode {
  case resident
  case electronic
  case socialSecurity = "social-security"
  case bank
  case city
  case hospital

  package static let arc = 20

  package var chinese: String {
    switch self {
    case .resident: "居民健康卡"
    case .electronic: "电子健康卡"
    case .socialSecurity: "社会保障卡"
    case .bank: "银行卡"
    case .city: "市民卡"
    case .hospital: "就诊卡"
    }
  }

  /// The identifier system of its numbers unless the region or the hospital has another.
  package var standardSystem: String {
    switch self {
    case .resident: CardSystem.residentHealthCard
    case .electronic: "\(CardSystem.project).11"
    case .socialSecurity: "\(CardSystem.project).12"
    case .bank: "\(CardSystem.project).13"
    case .city: "\(CardSystem.project).14"
    case .hospital: "\(CardSystem.project).15"
    }
  }
}

/// What the card is made of.
package enum CardMedium: String, CardCode {
  case physical
  case virtual

  package static let arc = 21

  package var chinese: String { self == .physical ? "实体卡" : "虚拟卡" }
}

/// Whether the holder is known for certain 卡属性.
package enum CardStanding: String, CardCode {
  case temporary
  case formal

  package static let arc = 22

  package var chinese: String { self == .temporary ? "临时卡" : "正式卡" }
}
