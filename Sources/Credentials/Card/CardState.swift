/// Where a card stands in its life.
package enum CardState: String, CardCode {
  case applied, refused, produced, issued, active, lost, replaced, revoked

  package static let arc = 23

  package var chinese: String {
    switch self {
    case .applied: "已申请"
    case .refused: "已驳回"
    case .produced: "已制卡"
    case .issued: "已发放"
    case .active: "使用中"
    case .lost: "已挂失"
    case .replaced: "已补换"
    case .revoked: "已注销"
    }
  }

  /// Whether nothing can follow.
  package var isFinal: Bool { self == .refused || self == .replaced || self == .revoked }

  /// Whether terminals must be told not to accept the card 黑名单.
  package var isBlacklisted: Bool { self == .lost || self == .replaced || self == .revoked }
}

/// What happens to a card.
package enum CardEvent: String, CardCode {
  case apply, refuse, produce, issue, activate
  case reportLoss = "report-loss"
  case recover, replace, revoke

  package static let arc = 24

  package var chinese: String {
    switch self {
    case .apply: "申请"
    case .refuse: "驳回"
    case .produce: "制卡"
    case .issue: "发放"
    case .activate: "激活"
    case .reportLoss: "挂失"
    case .recover: "解挂"
    case .replace: "补换卡"
    case .revoke: "注销"
    }
  }
}

/// Why something happens to a card.
package enum CardReason: String, CardCode {
  case identityNotProven = "identity-not-proven"
  case holdsCardAlready = "holds-card-already"
  case notResident = "not-resident"
  case lost, stolen, found, damaged
  case detailsChanged = "details-changed"
  case expired, upgraded
  case death, moved
  case holderRequest = "holder-request"
  case duplicatePerson = "duplicate-person"
  case fraud
  case keyCompromised = "key-compromised"
  case productionFault = "production-fault"

  package static let arc = 25

  package var chinese: String {
    switch self {
    case .identityNotProven: "身份未核实"
    case .holdsCardAlready: "已持有有效卡"
    case .notResident: "不在本地区居住"
    case .lost: "遗失"
    case .stolen: "被盗"
    case .found: "找回"
    case .damaged: "损坏"
    case .detailsChanged: "信息变更"
    case .expired: "到期"
    case .upgraded: "升级换代"
    case .death: "死亡"
    case .moved: "迁出"
    case .holderRequest: "本人申请"
    case .duplicatePerson: "重复建卡"
    case .fraud: "冒领"
    case .keyCompromised: "密钥泄露"
    case .productionFault: "制卡差错"
    }
  }
}
