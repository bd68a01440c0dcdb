import FHIR
import Testing

@Suite("Anomaly") struct AnomalyTests {
  @Test func `every category has an error status`() {
    for category in Anomaly.Category.allCases { #expect(category.status >= 400) }
  }
}
