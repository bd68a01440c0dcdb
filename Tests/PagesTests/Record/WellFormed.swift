/// Checks the tags of a page as a strict reader would: each is closed, in order, ids are unique.
enum WellFormed {
  private static let void: Set<String> = ["meta", "link", "input", "br", "hr", "img", "!doctype"]

  /// What is wrong first; nil when nothing is.
  static func fault(in html: String) -> String? {
    let bytes = Array(html.utf8)
    var open: [String] = []
    var ids: Set<String> = []
    var index = 0
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else {
        return "a tag has no end"
      }
      let tag = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
      index = end + 1
      if tag.contains("<") { return "'<' within \(tag.prefix(60))" }
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else {
          return "</\(tag.dropFirst())> closes what is not open: \(open.suffix(4))"
        }
        continue
      }
      let name = tag.prefix { !$0.isWhitespace && $0 != "/" }.lowercased()
      if tag.count(where: { $0 == "\"" }) % 2 == 1 { return "an odd quote in <\(tag)>" }
      if let place = tag.firstRange(of: " id=\"") {
        let id = String(tag[place.upperBound...].prefix { $0 != "\"" })
        if !ids.insert(id).inserted { return "the id \(id) is there twice" }
      }
      if !tag.hasSuffix("/"), !void.contains(name) { open.append(name) }
    }
    return open.isEmpty ? nil : "left open: \(open)"
  }
}
