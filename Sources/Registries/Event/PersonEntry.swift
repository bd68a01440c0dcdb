package import FHIR
import People

/// Answers about a person as they are typed, brought into the forms of the standards.
package enum PersonEntry {
  /// 姓名 of WS 445 has fifty characters.
  package static let longestName = 50
  private static let longestText = 200

  /// A name without spaces at its ends, full-width letters narrow, dots the national one U+00B7.
  static func name(_ typed: String) throws(Anomaly) -> SpokenName {
    let text = plain(typed)
    guard !text.isEmpty else {
      throw .incorrect("The name is missing", chinese: "请填写姓名", code: .required)
    }
    guard text.count <= longestName else {
      throw .incorrect(
        "The name has \(text.count) characters; the standard allows \(longestName)",
        chinese: "姓名有\(text.count)个字，标准至多\(longestName)个字", code: .tooLong)
    }
    guard let wrong = text.unicodeScalars.first(where: { !isOfName($0) }) else {
      return SpokenName(text)
    }
    throw .incorrect(
      "'\(wrong)' belongs to no name", chinese: "姓名中不能有“\(wrong)”", code: .value)
  }

  /// Letters of any script, Han characters of every plane, marks, and what joins parts.
  private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic || scalar.properties.isIdeographic { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark: return true
    // Characters of names beyond Unicode lie in the private use area of GB 18030.
    case .privateUse: return true
    default: return "\u{B7}.-' ".unicodeScalars.contains(scalar)
    }
  }

  /// A code of a list.
  static func code(_ typed: String, of list: CodeList) throws(Anomaly) -> String {
    guard list[typed] != nil else {
      throw .incorrect(
        "'\(typed)' is no code of the list", chinese: "代码“\(typed)”不在代码表中", code: .codeInvalid)
    }
    return typed
  }

  /// A free text, limited.
  static func text(_ typed: String) throws(Anomaly) -> String? {
    let text = plain(typed)
    guard text.count <= longestText else {
      throw .incorrect(
        "The text has more than \(longestText) characters",
        chinese: "文字超过\(longestText)字", code: .tooLong)
    }
    return text.isEmpty ? nil : text
  }

  /// An identity number by GB 11643, with what it says compared with what is told beside it.
  ///
  /// The division of an old number may no longer exist, so it is never refused for that.
  static func identityNumber(
    _ typed: String, birth: CivilDay?, sex: String?
  ) throws(Anomaly) -> IdentityNumber {
    let number: IdentityNumber
    do throws(IdentityNumberError) {
      number = try IdentityNumber(typed)
    } catch {
      throw .incorrect(
        "The identity number is wrong: \(error.defect.english)",
        chinese: "身份证号有误：\(error.defect.chinese)", code: .value)
    }
    if let birth, number.birthDate != birth.text.filter({ $0 != "-" }) {
      throw .incorrect(
        "The identity number says another day of birth than \(birth.text)",
        chinese: "身份证号中的出生日期与\(birth.text)不符", code: .value)
    }
    if let sex, ["1", "2"].contains(sex), number.isMale != (sex == "1") {
      throw .incorrect(
        "The identity number says the other sex", chinese: "身份证号与性别不符", code: .value)
    }
    return number
  }

  /// The number of a birth certificate: one letter and nine digits.
  static func birthCertificate(_ typed: String) throws(Anomaly) -> String? {
    let text = plain(typed).uppercased()
    guard !text.isEmpty else { return nil }
    guard text.wholeMatch(of: /[A-Z][0-9]{9}/) != nil else {
      throw .incorrect(
        "A birth certificate has one letter and nine digits, such as A130000001",
        chinese: "出生医学证明编号为1位字母加9位数字，如A130000001", code: .value)
    }
    return text
  }

  /// Full-width letters and digits narrow, one kind of dot and of space, none at the ends.
  static func plain(_ typed: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in typed.unicodeScalars {
      switch scalar.value {
      case 0x3000, 0x09, 0x0A, 0x0D: out.append(" ")
      case 0x2022, 0x2027, 0x22C5, 0x30FB, 0xFF65: out.append("\u{B7}")
      case 0xFF01...0xFF5E: out.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
      default: out.append(scalar)
      }
    }
    return String(out).split(separator: " ").joined(separator: " ")
  }

  /// `Patient.gender` of a code of GB/T 2261.1, one to one.
  package static let genders = ["1": "male", "2": "female", "0": "unknown", "9": "other"]

  /// The code of GB/T 2261.1 of a Patient.
  package static func sex(of patient: JSON) -> String? {
    genders.first { $0.value == patient["gender"]?.string }?.key
  }

  /// The identity number in use.
  package static func identityNumber(of patient: JSON) -> String? {
    let numbers = (patient["identifier"]?.items ?? []).filter {
      $0["system"]?.string == RegistrySystem.identityNumber
    }
    return (numbers.first { $0["use"]?.string != "old" } ?? numbers.first)?["value"]?.string
  }

  /// What somebody is called now.
  package static func name(of person: JSON) -> String {
    let names = (person["name"]?.items ?? []).filter { $0["use"]?.string != "old" }
    let text = names.compactMap { $0["text"]?.string }
    return text.first { $0.unicodeScalars.contains { $0.value >= 0x3400 } } ?? text.first ?? ""
  }
}

extension IdentityNumber.Defect {
  var english: String {
    switch self {
    case .length: "it has neither 18 nor 15 digits"
    case .character: "a character of it is no digit"
    case .province: "its first two digits are no province"
    case .birthDate: "its day of birth does not exist"
    case .checkDigit: "its last character does not fit the others"
    }
  }

  var chinese: String {
    switch self {
    case .length: "不是18位或15位"
    case .character: "含有非数字字符"
    case .province: "前两位不是省级代码"
    case .birthDate: "其中的出生日期不存在"
    case .checkDigit: "末位校验码不符"
    }
  }
}
