import CardOffice
import FHIR

extension Site {
  /// The pages of the resident health card.
  static let cardRoutes: [PageRoute] = [
    .shows("/cards") { (site, visit) throws(Anomaly) in
      try await site.cardsStart(visit.request, visit.frame)
    },
    .shows("/cards/person/*") { (site, visit) throws(Anomaly) in
      try await site.cardholder(visit.id, nil, visit)
    },
    .takes("/cards/person/*") { (site, visit) throws(Anomaly) in
      try await site.applyForCard(visit.id, visit)
    },
    .shows("/cards/card/*") { (site, visit) throws(Anomaly) in
      try await site.card(visit.id, nil, visit)
    },
    .takes("/cards/card/*") { (site, visit) throws(Anomaly) in
      try await site.changeCard(visit.id, visit)
    },
    .shows("/cards/card/*/code") { (site, visit) throws(Anomaly) in
      try await site.cardCode(visit.id, visit.frame)
    },
    .shows("/cards/verify") { (site, visit) throws(Anomaly) in
      try await site.checkedCode(nil, visit.frame)
    },
    .takes("/cards/verify") { (site, visit) throws(Anomaly) in
      try await site.checkedCode(visit.request["code"] ?? "", visit.frame)
    },
    .shows("/cards/coverage") { (site, visit) throws(Anomaly) in
      try await site.coverage(visit.request, visit.frame)
    },
    .shows("/cards/coverage/people") { (site, visit) throws(Anomaly) in
      try await site.covered(visit.request, visit.frame)
    },
    .shows("/cards/terminal/*") { (site, visit) throws(Anomaly) in
      guard let part = TerminalKit.Part(rawValue: visit.id) else { return nil }
      let kit = try await site.cards.registry.terminalKit()
      var reply = PageReply(
        contentType: "application/octet-stream", body: kit.bytes(of: part))
      reply.headers = [("Content-Disposition", "attachment; filename=\"\(part.rawValue)\"")]
      return reply
    },
  ]
}
