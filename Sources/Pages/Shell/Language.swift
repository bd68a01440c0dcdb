/// The languages of the pages: Chinese first, English second.
package enum Language: String, CaseIterable, Sendable {
  case chinese = "zh-Hans"
  case english = "en"

  /// The cookie that keeps a person's choice.
  static let cookie = "language"

  /// The choice in the query (`?lang=en`), else the cookie, else the browser's first wish, else
  /// Chinese.
  init(_ request: PageRequest) {
    if let chosen = request["lang"] ?? request.cookies[Self.cookie] {
      self = chosen.hasPrefix("en") ? .english : .chinese
      return
    }
    let wishes = (request.acceptLanguage ?? "").lowercased().split(separator: ",").map { wish in
      let parts = wish.split(separator: ";q=")
      let weight = parts.count > 1 ? Double(parts[1]) ?? 0 : 1
      return (language: parts.first?.drop { $0 == " " } ?? "", weight: weight)
    }
    let english = wishes.filter { $0.language.hasPrefix("en") }.map(\.weight).max() ?? 0
    let chinese = wishes.filter { $0.language.hasPrefix("zh") }.map(\.weight).max() ?? 0
    self = english > chinese ? .english : .chinese
  }

  var other: Language { self == .chinese ? .english : .chinese }
}
