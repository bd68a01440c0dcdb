import FHIR
import Testing

@Suite("OperationOutcome") struct OperationOutcomeTests {
  @Test func `an anomaly says its code, place and words in both languages`() {
    let anomaly = Anomaly.incorrect(
      "The date has no such day", chinese: "日期中没有这一天", code: .value, path: "Patient.birthDate")
    let issue = anomaly.operationOutcome["issue"]?[0]
    #expect(anomaly.operationOutcome["resourceType"] == "OperationOutcome")
    #expect(issue?["severity"] == "error")
    #expect(issue?["code"] == "value")
    #expect(issue?["expression"] == ["Patient.birthDate"])
    #expect(issue?["details"]?["text"] == "The date has no such day")
    let translation = issue?["details"]?["_text"]?["extension"]?[0]?["extension"]
    #expect(translation?[0]?["valueCode"] == "zh-CN")
    #expect(translation?[1]?["valueString"] == "日期中没有这一天")
  }

  @Test func `all findings of one request stand in one outcome`() {
    var anomaly = Anomaly.incorrect("One")
    anomaly.others = [.notFound("Two"), .fault("Three")]
    let issues = anomaly.operationOutcome["issue"]?.items ?? []
    #expect(issues.map { $0["severity"] } == ["error", "error", "fatal"])
    #expect(issues.map { $0["code"] } == ["invalid", "not-found", "exception"])
  }
}
