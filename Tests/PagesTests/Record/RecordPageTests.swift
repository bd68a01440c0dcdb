import FHIR
import Foundation
import TestSupport
import Testing

@testable import Pages

@Suite("Record page") struct RecordPageTests {
  @Test(.enabled(if: Reference.isPresent, "reference data absent"))
  func `every page of every Synthea patient is well formed`() throws {
    for (number, bundle) in SampleRecord.bundles.enumerated() {
      let sample = try SampleRecord(bundle: bundle)
      for section in RecordSection.allCases where number % 6 == 0 || section == .overview {
        for language in Language.allCases {
          let html = sample.html(section, language: language)
          if let folder = ProcessInfo.processInfo.environment["KANGQU_PAGES"] {
            let name = bundle.prefix { $0 != "_" } + "-\(section)-\(language).html"
            try Data(html.utf8).write(to: URL(filePath: folder).appending(path: String(name)))
          }
          let fault = WellFormed.fault(in: html)
          #expect(fault == nil, "\(bundle) \(section) \(language)")
        }
      }
    }
  }

  @Test func `a hostile name is shown, never run`() throws {
    let name = "<script>alert('1')</script>"
    let sample = try SampleRecord([
      [
        "resourceType": "Patient", "id": "p1", "name": [["text": .string(name)]],
        "address": [["text": "\"><img src=x onerror=alert(1)>"]],
      ],
      [
        "resourceType": "Condition", "id": "c1", "subject": ["reference": "Patient/p1"],
        "code": ["text": .string(name)],
      ],
      Self.observation("o1", "2026-01-01", "5", test: name),
      Self.observation("o2", "2026-02-01", "9", test: name),
    ])
    for section in RecordSection.allCases {
      let html = sample.html(section)
      #expect(!html.contains("<script>alert") && !html.contains("<img"), "\(section)")
      #expect(html.contains("&lt;script&gt;"))
      #expect(WellFormed.fault(in: html) == nil, "\(section)")
    }
  }

  @Test func `no page shows a whole identity number unless asked`() throws {
    let number = "139999198001011230"
    let sample = try SampleRecord([
      [
        "resourceType": "Patient", "id": "p1", "name": [["text": "张伟"]],
        "identifier": [
          ["system": .string(Person.identityNumberSystem), "value": .string(number)],
          ["system": .string(Person.healthCardSystem), "value": .string(number)],
        ],
        "telecom": [["system": "phone", "value": "19900001234"]],
      ],
      [
        "resourceType": "RelatedPerson", "id": "r1", "patient": ["reference": "Patient/p1"],
        "name": [["text": "李娜"]],
        "identifier": [["system": .string(Person.identityNumberSystem), "value": .string(number)]],
      ],
    ])
    for section in RecordSection.allCases {
      let html = sample.html(section)
      #expect(!html.contains(number) && !html.contains("19900001234"), "\(section)")
      #expect(html.contains("139***********1230"))
    }
    let frame = Frame(PageRequest(path: "/Patient/p1", query: [("show", "numbers")]))
    let shown = Template.record.render(sample.page(.overview, isShown: true).values(), frame)
    #expect(shown.contains(number))
  }

  @Test func `an allergy of high risk and a value that was not usual stand at the head`() throws {
    let sample = try SampleRecord([
      ["resourceType": "Patient", "id": "p1", "name": [["text": "张伟"]]],
      [
        "resourceType": "AllergyIntolerance", "id": "a1", "criticality": "high",
        "code": ["text": "青霉素"], "patient": ["reference": "Patient/p1"],
      ],
      Self.observation("o1", "2026-10-01", "9", test: "血糖"),
      Self.observation("o2", "2024-10-01", "9", test: "尿酸"),
    ])
    let page = sample.page(.family)
    let banner = Banner(
      sample.patient.root, sample.record, series: page.series, now: SampleRecord.now, .chinese)
    #expect(banner.alerts.map(\.text) == ["过敏：青霉素", "血糖 9 ↑"])
    #expect(banner.alerts.map(\.detail) == ["高危", "偏高"])
  }

  @Test func `a trend is described in words and its points lead to their resources`() throws {
    let sample = try SampleRecord([
      ["resourceType": "Patient", "id": "p1"],
      Self.observation("o1", "2026-01-01", "4.5", test: "血糖"),
      Self.observation("o2", "2026-02-01", "9.0", test: "血糖"),
    ])
    let series = try #require(Series.all(in: sample.record).first)
    let trend = try #require(Trend(series))
    let chart = trend.chart(.chinese)
    #expect(chart.contains("血糖：2次，2026-01-01至2026-02-01，最低4.5，最高9.0，最近9.0"))
    #expect(chart.contains("href=\"/fhir/Observation/o2\" aria-label=\"2026-02-01 9.0 mmol/L 偏高\""))
    #expect(WellFormed.fault(in: chart) == nil)
    #expect(chart.contains("class=\"band\""))
  }

  @Test func `encounters stand under their years, the newest first`() throws {
    let encounters = (1...120).map { number -> JSON in
      [
        "resourceType": "Encounter", "id": .string("e\(number)"),
        "class": ["code": number % 7 == 0 ? "IMP" : "AMB"],
        "period": ["start": .string("\(2000 + number / 12)-0\(number % 9 + 1)-11T08:00:00+08:00")],
      ]
    }
    let sample = try SampleRecord([["resourceType": "Patient", "id": "p1"]] + encounters)
    let values = try #require(sample.page(.overview).values()["timeline"] as? [String: Any])
    let years = try #require(values["years"] as? [[String: Any]])
    #expect(years.first?["year"] as? String == "2010")
    #expect(years.compactMap { $0["entries"] as? [[String: Any]] }.joined().count == 120)
  }

  private static func observation(
    _ id: String, _ day: String, _ value: String, test: String
  ) -> JSON {
    [
      "resourceType": "Observation", "id": .string(id), "status": "final",
      "code": ["text": .string(test)], "subject": ["reference": "Patient/p1"],
      "effectiveDateTime": .string(day),
      "valueQuantity": ["value": .number(value), "unit": "mmol/L"],
      "referenceRange": [["low": ["value": .number("3.9")], "high": ["value": .number("6.1")]]],
    ]
  }
}
