import Mustache

/// The pages' templates, `Data/pages/*.mustache`, parsed once; values are escaped unless `{{{…}}}`
/// says not to.
enum Template: String, CaseIterable {
  case layout, form, question, population, household, institutions, institution, clinicians, staff
  case home, people, problem, resource, builder, browser, results
  case record, banner, timeline, problems, medicines, allergies, measures, test, finding
  case vaccinations, papers, family
  case duplicates, compare, master
  case cards, cardholder, card, cardcode, cardcheck, coverage, covered
  case terms, termsystem, termdifference, termchanges, termcode, termset, termimport, termpreview
  case termcodes, termmap, termmapnew

  private static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    for template in allCases {
      do {
        try library.register(
          embeddedText("pages/\(template.rawValue).mustache"), named: template.rawValue)
      } catch {
        preconditionFailure("the template \(template.rawValue) does not parse: \(error)")
      }
    }
    return library
  }()

  /// The page with these values; `t` holds the texts of the language.
  func render(_ values: [String: Any], _ frame: Frame) -> String {
    var values = values
    values["t"] = Texts.all(frame.language)
    values["lang"] = frame.language.rawValue
    values["otherLanguage"] = frame.language.other.rawValue
    values["here"] = frame.path
    values["large"] = frame.isLarge
    values["style"] = Asset.style.path
    values["script"] = Asset.script.path
    values["menu"] = Site.menu.map {
      let isHere = frame.path.hasPrefix($0.path + "?") || frame.path.hasPrefix($0.path + "/")
      return ["path": $0.path, "name": Texts.text($0.name, frame.language), "isHere": isHere]
        as [String: Any]
    }
    return Self.library.render(values, withTemplate: rawValue) ?? ""
  }
}

/// What every page knows of its reader: the language, the letter size, where they are.
struct Frame: Sendable {
  var language: Language
  /// 大字版: larger letters and controls, kept in the cookie `size`.
  var isLarge: Bool
  /// The path with its query.
  var path: String

  /// The query's items that are about the page, not about what is shown.
  static let ownNames: Set<String> = ["lang", "size", "_format"]

  init(_ request: PageRequest) {
    language = Language(request)
    isLarge = (request["size"] ?? request.cookies["size"]) == "large"
    // What was typed into a form belongs into no address.
    let query = (request.isForm ? [] : request.query).filter { !Self.ownNames.contains($0.name) }
      .map { "\($0.name.urlEncoded)=\($0.value.urlEncoded)" }.joined(separator: "&")
    path = request.path + (query.isEmpty ? "?" : "?\(query)&")
  }
}

extension String {
  /// Percent-encoded for a query's name or value.
  var urlEncoded: String {
    var out = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        out += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return out
  }
}
