import FHIR
import FHIRXML
import TestSupport
import Testing

@Suite("XML mutations", .enabled(if: Reference.isPresent, "reference data absent"))
struct XMLMutationTests {
  /// What a careless or hostile sender puts in.
  private static let insertions = [
    "<", ">", "&", "\"", "'", "]]>", "<!--", "<![CDATA[x]]>", "<!DOCTYPE a>", "&#0;", "&#xD800;",
    "𠮷·", "\u{FEFF}", "\0", "<div xmlns=\"http://www.w3.org/1999/xhtml\">", "</div>", "xmlns=\"\"",
    "<extension url=\"a\">", " value=\"1\"", "<?xml version=\"1.0\"?>", "\r\n", "/>",
  ]

  @Test func `2,000 mutated texts are read or refused with a reason`() throws {
    var random = SeededRandom(seed: 20)
    let lines = try Reference.lines("fhir-r4-examples/examples.ndjson.gz").filter {
      $0.count < 9_000
    }
    var refused = 0
    for round in 0..<2_000 {
      let line = lines[round % lines.count]
      var xml = try JSONDocument.parse(line).xml()
      for _ in 0...random.below(3) {
        let place = random.below(xml.count)
        switch random.below(4) {
        case 0: xml[place] = UInt8(random.below(256))
        case 1: xml.removeSubrange(place..<min(xml.count, place + 1 + random.below(30)))
        case 2:
          let text = Self.insertions[random.below(Self.insertions.count)]
          xml.insert(contentsOf: Array(text.utf8), at: place)
        default:
          let end = min(xml.count, place + random.below(200))
          xml.insert(contentsOf: Array(xml[place..<end]), at: random.below(xml.count))
        }
      }
      do {
        let document = try JSONDocument.parse(xml: xml)
        #expect(document.root.kind == .object)
      } catch {
        refused += 1
        #expect(!error.message.isEmpty && error.chinese != nil)
      }
    }
    print("FIGURE XML mutations: \(refused)/2000 refused")
    #expect(refused > 1_000)
  }
}
