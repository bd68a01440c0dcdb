import FHIR
import FHIRSearch
import Terminology

/// The codes that `:in`, `:not-in`, `:above` and `:below` mean.
///
/// <https://hl7.org/fhir/R4/search.html#token>
struct CodeGroups: Sendable {
  let library: Library

  /// More codes than this are not looked for one by one.
  static let codeLimit = 50_000

  func tokens(_ group: CodeGroup) throws(Anomaly) -> [TokenValue] {
    switch group {
    case .valueSet(let canonical): return try members(of: canonical)
    case .below(let token): return try related(token) { $0.hierarchy.below($1) }
    case .above(let token): return try related(token) { $0.hierarchy.above($1) }
    }
  }

  private func members(of canonical: String) throws(Anomaly) -> [TokenValue] {
    let tokens = try ValueSetCodes(library).codes(of: canonical, limit: Self.codeLimit)
    return tokens.map { TokenValue(.url($0.system), $0.code) }
  }

  private func related(
    _ token: TokenValue, _ places: (CodeSystem, Int) -> [Int32]
  ) throws(Anomaly) -> [TokenValue] {
    guard case .url(let url) = token.system, let code = token.code else {
      throw .incorrect(
        ":above and :below need a code with its system: system|code",
        chinese: ":above 和 :below 需要带系统的代码:system|code", code: .value)
    }
    guard let system = library.codeSystem(url) else {
      throw Anomaly(
        .notFound,
        "A definition for CodeSystem '\(url)' could not be found, so its hierarchy is "
          + "not known", chinese: "找不到代码系统“\(url)”的定义,不知其层级", status: 400)
    }
    guard let place = system.place(of: code) else {
      throw .incorrect(
        "Unknown code '\(code)' in the CodeSystem '\(system.canonical)'",
        chinese: "代码系统“\(system.canonical)”中没有代码“\(code)”", code: .codeInvalid)
    }
    let found = places(system, place)
    guard found.count <= Self.codeLimit else {
      throw .incorrect(
        "'\(code)' has more than \(Self.codeLimit) codes below it",
        chinese: "“\(code)”之下的代码超过 \(Self.codeLimit) 个", code: .tooCostly)
    }
    return found.map { TokenValue(.url(url), system.code(Int($0))) }
  }
}
