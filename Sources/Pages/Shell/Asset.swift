/// The files that pages link to; their path changes with their content, so browsers may keep them
/// for ever.
enum Asset: String, CaseIterable {
  case style = "style.css"
  case script = "pages.js"

  private static let texts = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, embeddedText("pages/\($0.rawValue)")) })

  private var text: String { Self.texts[self] ?? "" }

  /// Such as `/assets/1f3a-style.css`.
  var path: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return "/assets/\(String(hash, radix: 16))-\(rawValue)"
  }

  static func reply(to path: String) -> PageReply? {
    guard let asset = allCases.first(where: { $0.path == path }) else { return nil }
    let type = asset == .style ? "text/css" : "text/javascript"
    var reply = PageReply(contentType: type + "; charset=utf-8", body: Array(asset.text.utf8))
    reply.headers = [("Cache-Control", "public, max-age=31536000, immutable")]
    return reply
  }
}
