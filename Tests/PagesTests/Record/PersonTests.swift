import FHIR
import Testing

@testable import Pages

@Suite("Person") struct PersonTests {
  private func person(_ patient: JSON) throws -> Person {
    let document = try JSONDocument.parse(patient.text)
    return withExtendedLifetime(document) { Person(document.root) }
  }

  @Test func `an identity number shows its ends only`() {
    #expect(Masking.identityNumber("110101199003077571") == "110***********7571")
    #expect(Masking.phone("19900000012") == "199****0012")
    #expect(Masking.phone("12345") == "*****")
  }

  @Test func `a Chinese name is family then given, a foreign one given then family`() throws {
    let names: [(JSON, String)] = [
      (["family": "欧阳", "given": ["建国"]], "欧阳建国"),
      (["text": "艾力·买买提", "family": "买买提", "given": ["艾力"]], "艾力·买买提"),
      (
        ["family": "Heathcote", "given": ["Charisse"], "prefix": ["Dr."]], "Dr. Charisse Heathcote"
      ),
    ]
    for (name, text) in names {
      #expect(try person(["resourceType": "Patient", "id": "1", "name": [name]]).name == text)
    }
  }

  @Test
  func `the name in characters stands first, its sound beside, the former name among the others`()
    throws
  {
    let person = try person([
      "resourceType": "Patient", "id": "1",
      "name": [
        ["use": "old", "text": "王小花"], ["text": "Wang Fang", "family": "Wang", "given": ["Fang"]],
        ["use": "official", "text": "王芳"],
      ],
    ])
    #expect(person.name == "王芳")
    #expect(person.pinyin == "Wang Fang")
    #expect(person.otherNames.map(\.text) == ["王小花"])
  }

  @Test func `words in Chinese go before other words, words before codes`() throws {
    let concepts: [(JSON, String)] = [
      (["text": "Hypertension", "coding": [["code": "I10", "display": "原发性高血压"]]], "原发性高血压"),
      (
        ["coding": [["code": "I10"], ["code": "38341003", "display": "Hypertension"]]],
        "Hypertension"
      ),
      (["coding": [["system": "http://hl7.org/fhir/sid/icd-10", "code": "I10"]]], "I10"),
    ]
    for (concept, text) in concepts {
      let document = try JSONDocument.parse(concept.text)
      #expect(withExtendedLifetime(document) { CodeText.text(document.root) } == text)
    }
  }
}
