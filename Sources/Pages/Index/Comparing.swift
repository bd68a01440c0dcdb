import FHIR
import MasterIndex
import RecordStore

/// Two records side by side, and what a person says about them.
extension Site {
  /// `/index/pair/one/other`; `?show=numbers` shows whole numbers.
  func pair(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply? {
    guard let index, visit.parts.count == 2 else { return nil }
    let (one, other) = (visit.parts[0], visit.parts[1])
    let first = try await patient(one)
    let second = try await patient(other)
    let found = try await index.compare(one, other)
    let language = visit.frame.language
    let isShown = visit.request["show"] == "numbers"
    let path = "/index/pair/\(one)/\(other)"
    let rows = withExtendedLifetime((first, second)) {
      SideBySide(first.root, second.root, language).rows
        .map { $0.values(language, isShown: isShown) }
    }
    var values: [String: Any] = [
      "one": try await line(of: one, visit.frame), "other": try await line(of: other, visit.frame),
      "rows": rows, "path": path, "isShown": isShown,
      "by": decider(visit.request),
      "showAddress": isShown ? path : path + "?show=numbers",
      "chance": ReasonText.chance(found.probability),
      "zone": Texts.text("grade-" + found.grade.rawValue, language),
      "reasons": found.reasons.map { ReasonText($0, language).values },
      "hasReasons": !found.reasons.isEmpty,
    ]
    values["master"] = found.areOne ? found.master : nil
    values["isOpen"] = !found.areOne
    let question = try await question(one, other)
    values["proposer"] = question?.proposer
    values["answer"] = question?.answer.map { Texts.text("answer-" + $0, language) }
    return .html(Template.compare.render(values, visit.frame))
  }

  private static let deciderCookie = "decider"

  /// Who decided last in this browser.
  func decider(_ request: PageRequest) -> String {
    request.cookies[Self.deciderCookie]?.percentDecoded ?? ""
  }

  /// Carries out what was said in the form of `pair`.
  func decide(_ visit: PageRoute.Visit) async throws(Anomaly) -> PageReply? {
    guard let index, visit.parts.count == 2 else { return nil }
    guard let kind = visit.request["decision"].flatMap(Judgement.Kind.init), kind != .apart else {
      throw .incorrect("A decision must be chosen", chinese: "请选择处理结果", path: "decision")
    }
    let outcome = try await index.judge(
      Judgement(
        kind, "Patient/\(visit.parts[0])", "Patient/\(visit.parts[1])",
        by: visit.request["by"] ?? "", reason: visit.request["reason"]),
      in: store)
    var reply = PageReply.redirect(to: outcome.person.map { "/index/person/\($0)" } ?? "/index")
    reply.headers.append(Self.cookie(of: visit))
    return reply
  }

  /// Who decides is asked once.
  static func cookie(of visit: PageRoute.Visit) -> (name: String, value: String) {
    let name = (visit.request["by"] ?? "").urlEncoded
    return ("Set-Cookie", "\(deciderCookie)=\(name); Path=/index; SameSite=Lax; HttpOnly")
  }

  private func patient(_ id: String) async throws(Anomaly) -> JSONDocument {
    guard let type = Schema.r4.type(named: "Patient"), ResourceKey.isID(id),
      let version = try await store.read(ResourceKey(type: type, id: id)), !version.isDeleted
    else {
      throw .notFound(
        Texts.text("noRecord", .english, id), chinese: Texts.text("noRecord", .chinese, id))
    }
    return try JSONDocument.parse(version.body)
  }

  private func question(_ one: String, _ other: String) async throws(Anomaly) -> Question? {
    guard let version = try await store.read(Question.key(one, other)), !version.isDeleted else {
      return nil
    }
    return Question(try JSON(parsing: version.body))
  }
}

extension String {
  /// What `urlEncoded` made, read back.
  fileprivate var percentDecoded: String {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
