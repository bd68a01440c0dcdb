/// A set of Unicode scalars: ranges, and one word pair for the quick answer in ASCII.
struct ScalarSet: Sendable {
  private var ranges: [ClosedRange<UInt32>] = []
  private var categories: [CategoryTest] = []
  private var isNegated = false
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// `\p{L}` and its like.
  private struct CategoryTest: Sendable {
    let prefix: String
    let isNegated: Bool
  }

  static let all = ScalarSet([0...0x10FFFF])
  static let digits = ScalarSet([48...57])
  static let word = ScalarSet([48...57, 65...90, 95...95, 97...122])
  static let space = ScalarSet([
    9...13, 32...32, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029, 0x3000...0x3000,
  ])

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = ranges
    sealASCII()
  }

  /// A general category such as `L` or `Lu`; nil where there is none.
  init?(category: String, isNegated: Bool) {
    guard ScalarSet.categoryNames.contains(where: { $0.hasPrefix(category) }), !category.isEmpty
    else { return nil }
    categories = [CategoryTest(prefix: category, isNegated: isNegated)]
    sealASCII()
  }

  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

  mutating func insert(_ other: ScalarSet) {
    if !other.isNegated {
      ranges += other.ranges
      categories += other.categories
      return
    }
    var next: UInt32 = 0
    for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { ranges.append(next...range.lowerBound - 1) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { ranges.append(next...0x10FFFF) }
  }

  var inverted: ScalarSet {
    var set = self
    set.isNegated.toggle()
    set.sealASCII()
    return set
  }

  /// The range of a set that is one range and nothing else.
  var onlyRange: ClosedRange<UInt32>? {
    ranges.count == 1 && categories.isEmpty && !isNegated ? ranges[0] : nil
  }

  /// Adds the other case of every letter of ASCII.
  mutating func foldCase() {
    for range in ranges {
      for letter in UInt32(65)...90 where range.contains(letter) || range.contains(letter + 32) {
        ranges.append(letter...letter)
        ranges.append(letter + 32...letter + 32)
      }
    }
    sealASCII()
  }

  /// Must be called after inserting.
  mutating func sealASCII() {
    low = 0
    high = 0
    for range in ranges where range.lowerBound < 128 {
      for value in range.clamped(to: 0...127) { mark(value) }
    }
    if !categories.isEmpty {
      for value in UInt32(0)..<128 where isInCategory(value) { mark(value) }
    }
    if isNegated { (low, high) = (~low, ~high) }
  }

  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low >> UInt64(value) & 1 != 0 }
    if value < 128 { return high >> UInt64(value - 64) & 1 != 0 }
    return (ranges.contains { $0.contains(value) } || isInCategory(value)) != isNegated
  }

  private mutating func mark(_ value: UInt32) {
    if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
  }

  private func isInCategory(_ value: UInt32) -> Bool {
    guard !categories.isEmpty, let scalar = Unicode.Scalar(value) else { return false }
    let name = ScalarSet.name(of: scalar.properties.generalCategory)
    return categories.contains { name.hasPrefix($0.prefix) != $0.isNegated }
  }

  private static let categoryNames = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  private static func name(of category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    default: "Cn"
    }
  }
}
