import FHIR
import Testing

@Suite("Reference") struct ReferenceTests {
  /// The reference in words: kind and parts.
  private func words(_ text: String) -> String {
    LiteralReference.read(text) { $0.map(describe) ?? "none" }
  }

  private func canonical(_ text: String) -> String {
    Array(text.utf8).withUnsafeBytes { LiteralReference(canonical: $0).map(describe) ?? "none" }
  }

  private func describe(_ reference: LiteralReference) -> String {
    func text(_ bytes: UnsafeRawBufferPointer?) -> String {
      bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
    }
    func target(_ target: LiteralReference.Target?) -> String {
      guard let target else { return "-" }
      return "\(Schema.r4.name(of: target.type)) \(text(target.id)) \(text(target.version))"
    }
    return switch reference {
    case .relative(let it): "relative \(target(it))"
    case .absolute(let url, let it): "absolute \(text(url)) \(target(it))"
    case .fragment(let id): "fragment \(text(id))"
    case .urn(let urn): "urn \(text(urn))"
    case .canonical(let url, let version, let fragment):
      "canonical \(text(url)) \(text(version)) \(text(fragment))"
    case .conditional(let type, let query):
      "conditional \(Schema.r4.name(of: type)) \(text(query))"
    }
  }

  @Test(arguments: [
    ("Patient/1", "relative Patient 1 -"), ("Patient/a-b.C/_history/2", "relative Patient a-b.C 2"),
    ("#", "fragment "), ("#p1", "fragment p1"),
    ("urn:uuid:0f", "urn urn:uuid:0f"), ("urn:oid:1.2", "urn urn:oid:1.2"),
    ("http://a.cn/fhir/Patient/1", "absolute http://a.cn/fhir/Patient/1 Patient 1 -"),
    (
      "https://a.cn/Patient/1/_history/7",
      "absolute https://a.cn/Patient/1/_history/7 Patient 1 7"
    ),
    ("http://a.cn/about", "absolute http://a.cn/about -"),
    ("http://a.cn/Bogus/1", "absolute http://a.cn/Bogus/1 -"),
    ("Patient?identifier=urn:x|1", "conditional Patient identifier=urn:x|1"),
  ])
  func `a reference has one of six forms`(text: String, expected: String) {
    #expect(words(text) == expected)
  }

  @Test(arguments: [
    "", "Patient", "Patient/", "/Patient/1", "Bogus/1", "Patient/1/2", "Patient/1/_history",
    "Patient/1/_history/", "Patient/a b", "Patient/\(String(repeating: "a", count: 65))",
    "Resource/1", "DomainResource/1", "HumanName/1", "urn:", "?a=b", "Bogus?a=b", "Patient/𠮷", ":",
    "http:", "/", "//", "Patient/1/_history/2/3",
  ])
  func `anything else is no reference`(text: String) {
    #expect(words(text) == "none")
  }

  @Test(arguments: [
    ("http://a.cn/V", "canonical http://a.cn/V - -"),
    ("http://a.cn/V|2.0", "canonical http://a.cn/V 2.0 -"),
    ("http://a.cn/V|2.0#x", "canonical http://a.cn/V 2.0 x"),
    ("http://a.cn/V#x", "canonical http://a.cn/V - x"), ("#x", "fragment x"), ("", "none"),
    ("|1", "none"), ("urn:uuid:1|2", "canonical urn:uuid:1 2 -"),
  ])
  func `a canonical may have a version and a fragment`(text: String, expected: String) {
    #expect(canonical(text) == expected)
  }
}
