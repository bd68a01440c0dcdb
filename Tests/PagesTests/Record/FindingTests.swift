import FHIR
import Testing

@testable import Pages

@Suite("Finding") struct FindingTests {
  private func finding(_ observation: JSON) throws -> Finding {
    let document = try JSONDocument.parse(observation.text)
    return withExtendedLifetime(document) { Finding(document.root) }
  }

  private func glucose(_ value: String, interpretation: String? = nil) throws -> Finding {
    var observation: JSON = [
      "resourceType": "Observation",
      "valueQuantity": ["value": .number(value), "unit": "mmol/L"],
      "referenceRange": [["low": ["value": .number("3.9")], "high": ["value": .number("6.1")]]],
    ]
    if let interpretation {
      observation["interpretation"] = [["coding": [["code": .string(interpretation)]]]]
    }
    return try finding(observation)
  }

  @Test func `a value above its range says 偏高 beside the arrow`() throws {
    let values = try glucose("7.20").values(.chinese)
    let flag = try #require(values["flag"] as? [String: Any])
    #expect(flag["arrow"] as? String == "↑")
    #expect(flag["word"] as? String == "偏高")
    #expect(values["range"] as? String == "3.9–6.1")
    #expect(values["value"] as? String == "7.20")
  }

  @Test func `a value within its range has no mark`() throws {
    #expect(try glucose("5.0").flag == .normal)
    #expect(try glucose("5.0").values(.chinese)["flag"] == nil)
    #expect(try glucose("6.1").flag == .normal)
    #expect(try glucose("3.89").flag == .low)
  }

  @Test func `what the laboratory says of a value goes before its range`() throws {
    #expect(try glucose("5.0", interpretation: "HH").flag == .criticalHigh)
    #expect(try glucose("9.9", interpretation: "N").flag == .normal)
  }

  @Test func `blood pressure is told as one value`() throws {
    let pressure = try finding([
      "resourceType": "Observation",
      "component": [
        ["valueQuantity": ["value": 128, "unit": "mm[Hg]"]],
        ["valueQuantity": ["value": 84, "unit": "mm[Hg]"]],
      ],
    ])
    #expect(pressure.value == "128/84")
    #expect(pressure.unit == "mm[Hg]")
  }

  @Test func `digits that no instrument has are cut, those written by hand are kept`() {
    #expect(Finding.shortened("173.90445543309397") == "173.90")
    #expect(Finding.shortened("-0.12345678") == "-0.12")
    #expect(Finding.shortened("1.50") == "1.50")
    #expect(Finding.shortened("0.0000012345") == "0.0000012345")
  }
}
