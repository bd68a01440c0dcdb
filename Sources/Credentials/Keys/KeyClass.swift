/// A class of keys in a resident health card, such as `RK1_DF01`. WS/T 543.2-2017, 543.3-2017.
package struct KeyClass: Hashable, Sendable {
  /// What a key of the class does.
  package enum Role: String, CaseIterable, Sendable {
    /// The card proves itself 内部认证密钥.
    case internalAuthentication = "IRK"
    /// Opens a file for reading 读控制密钥.
    case read = "RK1"
    /// Open files for writing 更新控制密钥.
    case update1 = "UK1"
    case update2 = "UK2"
    case update3 = "UK3"
    /// Protects what is written 安全报文密钥.
    case secureMessaging = "STK"
    /// Locks an application 应用锁定密钥.
    case lock = "LK"
    /// Locks the whole card 卡片锁定密钥.
    case cardLock = "BK"
    /// Protects the personalisation of the card 主控密钥.
    case control = "STM"
  }

  /// The application of the card that the keys belong to.
  package enum Application: String, CaseIterable, Sendable {
    case masterFile = "MF"
    /// Identity of card and holder.
    case identity = "DDF1"
    /// Address, contacts, other certificates.
    case basic = "DF01"
    /// Blood group, warnings, allergies, immunisations.
    case medical = "DF02"
    /// Summaries of visits.
    case visits = "DF03"
  }

  package let role: Role
  package let application: Application

  init(_ role: Role, _ application: Application) {
    self.role = role
    self.application = application
  }

  /// Such as `UK2_DF02`.
  package var name: String { "\(role.rawValue)_\(application.rawValue)" }

  /// All classes of a card: which application has which.
  package static let all: [KeyClass] =
    [
      KeyClass(.internalAuthentication, .identity), KeyClass(.update2, .medical),
      KeyClass(.update3, .medical), KeyClass(.update2, .visits), KeyClass(.cardLock, .masterFile),
      KeyClass(.control, .masterFile),
    ]
    + [.identity, .basic, .medical, .visits].flatMap { application in
      [Role.read, .update1, .secureMessaging, .lock].map { KeyClass($0, application) }
    }

  /// The class of that name; nil for a name that no card has.
  package static func named(_ name: String) -> KeyClass? { all.first { $0.name == name } }
}
