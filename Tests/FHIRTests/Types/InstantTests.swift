import FHIR
import Testing

@Suite("Instant") struct InstantTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (Int64.min, "0001-01-01T00:00:00.000Z"),
    (Int64.max, "9999-12-31T23:59:59.999Z"), (1_795_257_158_123, "2026-11-21T10:32:38.123Z"),
  ])
  func `an instant is written in UTC with milliseconds`(milliseconds: Int64, text: String) {
    #expect(Instant(milliseconds: milliseconds).text == text)
  }
}
