/// A value that cannot be what it stands for: kept apart with its place, offered for correction.
package struct Finding: Hashable, Sendable {
  /// What is wrong with a value.
  package enum Reason: String, CaseIterable, Sendable {
    case identityNumberLength = "identity-number-length"
    case identityNumberCharacter = "identity-number-character"
    case identityNumberProvince = "identity-number-province"
    case identityNumberDate = "identity-number-date"
    case identityNumberCheckDigit = "identity-number-check-digit"
    case dateForm = "date-form"
    case dateImpossible = "date-impossible"
    case genderUnknown = "gender-unknown"
    case valueLength = "value-length"

    init(_ defect: IdentityNumber.Defect) {
      self =
        switch defect {
        case .length: .identityNumberLength
        case .character: .identityNumberCharacter
        case .province: .identityNumberProvince
        case .birthDate: .identityNumberDate
        case .checkDigit: .identityNumberCheckDigit
        }
    }

    package var chinese: String {
      switch self {
      case .identityNumberLength: "身份证号长度不对"
      case .identityNumberCharacter: "身份证号含有不允许的字符"
      case .identityNumberProvince: "身份证号的省份代码不存在"
      case .identityNumberDate: "身份证号中的出生日期不存在"
      case .identityNumberCheckDigit: "身份证号校验码不对"
      case .dateForm: "日期格式无法识别"
      case .dateImpossible: "日期不存在"
      case .genderUnknown: "性别代码无法识别"
      case .valueLength: "内容过长"
      }
    }
  }

  /// The place of the record among all.
  package var record: Int
  package var field: String
  package var value: String
  package var reason: Reason
}
