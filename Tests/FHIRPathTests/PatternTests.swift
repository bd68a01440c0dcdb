import FHIR
import FHIRPath
import Testing

@Suite("Patterns") struct PatternTests {
  @Test(arguments: [
    ("a", "bab"), ("^b.b$", "bab"), ("a{2,3}", "baab"), ("(?:ab)+", "xabab"), ("[^a-c]", "abcd"),
    ("\\d{4}-\\d\\d", "on 2024-05"), ("\\bfoo\\b", "a foo b"), ("a|b|", ""), ("a.b", "a\nb"),
    ("[\\w.]+@\\w+\\.com", "x.y@z.com"), ("\\p{L}+", "中文"), ("[\\u4e00-\\u9fa5]", "中"),
    ("x*?y", "xxy"),
    ("^urn:oid:[0-2](\\.(0|[1-9][0-9]*))+$", "urn:oid:1.2.3"), ("[]a]", "]"), ("\\$", "a$"),
    ("[a-]", "-"),
  ])
  func `finds`(pattern: String, text: String) throws {
    #expect(try Pattern(parsing: pattern).matches(in: text))
  }

  @Test(arguments: [
    ("a", "bbb"), ("^a$", "ba"), ("a{3}", "aa"), ("\\bfoo\\b", "afoo"), ("[a-c]", "d"),
    ("\\S", " \n"),
    ("^$", "x"),
  ])
  func `does not find`(pattern: String, text: String) throws {
    #expect(try !Pattern(parsing: pattern).matches(in: text))
  }

  @Test(arguments: [
    "(", ")", "[a", "a{2,1}", "*a", "(?=a)", "(a)\\1", "\\", "a**+", "(?<n", "\\q", "[b-a]",
  ])
  func `refuses what it cannot match in linear time or read`(pattern: String) {
    #expect(throws: Anomaly.self) { try Pattern(parsing: pattern) }
  }

  @Test func `matches the whole text where asked`() throws {
    let pattern = try Pattern(parsing: "a|ab")
    #expect(pattern.matchesAll(of: "ab"))
    #expect(!pattern.matchesAll(of: "abb"))
  }
}
