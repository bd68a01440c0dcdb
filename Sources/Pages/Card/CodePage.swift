import CardOffice
import Credentials
import FHIR

extension Site {
  /// `/cards/card/id/code`: a code large enough for anybody, which renews itself without a script.
  func cardCode(_ id: String, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    let registered = try await cards.registry.card(id)
    let code = try cards.registry.code(of: registered, cards.codes)
    let symbol = try QRSymbol(Array(code.text.utf8))
    let seconds = max(5, Int(cards.codes.lifetimeInSeconds) / 2)
    let kind = registered.card.details.kind.name(frame.language)
    let values: [String: Any] = [
      "symbol": symbol.svg(title: Texts.text("cardCodeTitle", frame.language)), "kind": kind,
      "text": code.text, "card": "/cards/card/\(id)",
      "renews": Texts.text("cardCodeRenews", frame.language, "\(seconds)"),
      "until": Texts.text(
        "cardCodeUntil", frame.language,
        Self.clock(Moment(milliseconds: code.expires.milliseconds))),
    ]
    var reply = PageReply.html(Template.cardcode.render(values, frame))
    reply.headers = [("Refresh", "\(seconds)")]
    return reply
  }

  /// Such as `09:30:05`.
  static func clock(_ moment: Moment) -> String {
    let second = moment.date.time.nanosecondOfDay / 1_000_000_000 % 60
    return (moment.clock ?? "") + (second < 10 ? ":0\(second)" : ":\(second)")
  }

  /// `/cards/verify` 核验: decides about a code by what a terminal holds.
  ///
  /// - Parameter text: what was scanned or typed; nil before anything was.
  func checkedCode(_ text: String?, _ frame: Frame) async throws(Anomaly) -> PageReply? {
    var values: [String: Any] = ["hasKeys": cards.registry.keys != nil]
    let form = Form(
      action: "/cards/verify", submit: Texts.text("cardCheck", frame.language),
      [
        FormField(
          "code", Texts.text("cardCodeText", frame.language),
          hint: Texts.text("cardCodeHint", frame.language), isRequired: true)
      ])
    values["form"] = form.values
    if let text {
      switch try await cards.terminal.verify(text.trimmedEnds) {
      case .accepted(let code):
        values["accepted"] = [
          "id": code.healthCardID,
          "shown": "…" + code.healthCardID.suffix(8),
          "until": Self.clock(Moment(milliseconds: code.expires.milliseconds)),
        ]
      case .refused(let refusal):
        values["refused"] = [
          "reason": frame.language == .chinese ? refusal.chinese : refusal.english,
          "name": refusal.rawValue,
        ]
      }
    }
    values["parts"] = TerminalKit.Part.allCases.map { ["name": $0.rawValue] }
    return .html(Template.cardcheck.render(values, frame))
  }
}
