import Testing

@testable import FHIRSearch

/// <https://hl7.org/fhir/R4/search.html#string>
@Suite struct FoldTests {
  @Test(arguments: [
    ("Müller", "muller"), ("MUELLER", "mueller"), ("  Van  den   Berg ", "van den berg"),
    ("Straße", "strasse"), ("ＡＢＣ１２３", "abc123"), ("张三", "张三"), ("Zhāng Sān", "zhang san"),
    ("O'Brien", "obrien"), ("买买提·阿凡提", "买买提阿凡提"), ("Nguyễn", "nguyen"), ("ΑΒΓ", "αβγ"),
    ("Łódź", "lodz"), ("Mary-Ann", "mary ann"), ("", ""), ("𠮷野", "𠮷野"),
  ])
  func `case, accents, width and needless space are ignored`(text: String, folded: String) {
    #expect(Fold.text(text) == folded)
    #expect(Fold.text(folded) == folded)
  }

  @Test(arguments: [
    ("高血压", "高血 血压 压 "), ("血", "血 "), ("2型糖尿病 type", "2 型糖 糖尿 尿病 病 type "),
    ("a b", "a b "), ("BP 120/80", "bp 120 80 "),
  ])
  func `Chinese is cut into pairs, other text into words`(text: String, terms: String) {
    #expect(Bigrams.terms(of: text) == terms)
  }

  @Test(arguments: [
    ("血压", "\"血压\""), ("高血压", "\"高血 血压\""), ("压", "\"压\" *"), ("Cancer", "\"cancer\""),
    ("2型糖尿病", "\"2 型糖 糖尿 尿病\""), ("\"", ""),
  ])
  func `a term is a phrase`(text: String, phrase: String) {
    #expect(Bigrams.phrase(of: text) == phrase)
  }
}
