import FHIR

/// What a member is to the head of the household, by GB/T 4761-2008, and what follows from it.
package enum Kinship {
  package static let head = "02"
  /// 其他亲属: what stands where the codes do not tell more.
  package static let otherRelative = "97"
  private static let noRelative = "99"

  /// What a code says, without the order of birth.
  private enum Group {
    case head, spouse, son, daughter, sonInLaw, daughterInLaw, grandchild
    case father, mother, sibling, noRelative, other

    init(_ kin: String) {
      switch kin {
      case "02": self = .head
      case "10", "11", "12": self = .spouse
      case "28": self = .sonInLaw
      case "38": self = .daughterInLaw
      case "50", "51", "57": self = .father
      case "52", "58": self = .mother
      case "99": self = .noRelative
      default:
        switch kin.first {
        case "2": self = .son
        case "3": self = .daughter
        case "4": self = .grandchild
        case "7" where kin != "72" && kin != "74" && kin != "76" && kin != "78": self = .sibling
        default: self = .other
        }
      }
    }

    var isChild: Bool { self == .son || self == .daughter }
    var isParent: Bool { self == .father || self == .mother }
  }

  /// The code for a man or for a woman; sexes are those of GB/T 2261.1.
  private static func by(_ sex: String?, _ man: String, _ woman: String) -> String {
    sex == "1" ? man : woman
  }

  /// What a newborn is to the head, from what a parent is.
  package static func child(of parent: String, sex: String?) -> String {
    switch Group(parent) {
    case .head, .spouse: by(sex, "20", "30")
    case .son, .daughterInLaw: by(sex, "41", "42")
    case .daughter, .sonInLaw: by(sex, "43", "44")
    case .father, .mother: by(sex, "73", "77")
    default: otherRelative
    }
  }

  /// What a member is to a new head, from what both were to the old one.
  package static func kin(
    _ kin: String, sex: String?, to newHead: (kin: String, sex: String?), oldHeadSex: String?
  ) -> String {
    let (member, head) = (Group(kin), Group(newHead.kin))
    if member == .noRelative { return kin }
    switch (head, member) {
    case (.spouse, .head): return by(sex, "11", "12")
    case (.spouse, .son), (.spouse, .daughter), (.spouse, .grandchild), (.spouse, .sonInLaw),
      (.spouse, .daughterInLaw):
      return kin
    case (.spouse, .father): return by(newHead.sex, "55", "53")
    case (.spouse, .mother): return by(newHead.sex, "56", "54")
    case (_, .head) where head.isParent: return by(sex, "20", "30")
    case (_, .father), (_, .mother):
      if head.isParent { return by(sex, "11", "12") }
      guard head.isChild else { return otherRelative }
      return oldHeadSex == "1" ? by(sex, "61", "62") : by(sex, "63", "64")
    case (_, .spouse) where head.isParent: return by(sex, "28", "38")
    case (_, .sibling) where head.isParent: return by(sex, "20", "30")
    case (_, .son) where head.isParent, (_, .daughter) where head.isParent:
      return oldHeadSex == "1" ? by(sex, "41", "42") : by(sex, "43", "44")
    case (_, .head) where head.isChild, (_, .spouse) where head.isChild:
      return by(sex, "51", "52")
    case (_, .son) where head.isChild, (_, .daughter) where head.isChild: return "79"
    default: return otherRelative
    }
  }

  /// Whether two members of a household are married, as far as the codes say.
  package static func areMarried(_ one: String, _ other: String) -> Bool {
    let pairs: [Set<String>] = [
      [head, "10"], [head, "11"], [head, "12"], ["51", "52"], ["61", "62"], ["63", "64"],
      ["53", "54"], ["55", "56"],
    ]
    return pairs.contains([one, other])
  }
}
