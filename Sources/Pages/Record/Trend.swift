import FHIR

/// The course of one test's numbers as an SVG line over the band of its reference range.
struct Trend: Sendable {
  /// The newest results that a line shows.
  static let pointLimit = 60
  /// Of these, the newest that are links of their own, so that fingers can tell them apart.
  static let linkLimit = 20

  private let name: String
  private let unit: String?
  private let points: [(x: Double, point: Series.Point, number: Double)]
  private let bottom: Double
  private let top: Double
  private let low: Double?
  private let high: Double?

  /// Nil where fewer than two numbers are known.
  init?(_ series: Series) {
    let numbers = series.points.prefix(Self.pointLimit).reversed().compactMap { point in
      point.finding.number.map { (point: point, number: $0) }
    }
    guard numbers.count > 1, let first = numbers.first?.point.moment.milliseconds,
      let last = numbers.last?.point.moment.milliseconds
    else { return nil }
    name = series.name
    unit = series.last.finding.unit
    low = series.last.finding.low
    high = series.last.finding.high
    let span = Double(max(last - first, 1))
    points = numbers.map { number in
      let x = Double(number.point.moment.milliseconds - first) / span
      return (last == first ? 0.5 : x, number.point, number.number)
    }
    let values = points.map(\.number) + [low, high].compactMap { $0 }
    let least = values.min() ?? 0
    let most = values.max() ?? 1
    let margin = max((most - least) * 0.1, abs(most) * 0.01, 1e-9)
    bottom = least - margin
    top = most + margin
  }

  private struct Frame {
    let left: Double, top: Double, width: Double, height: Double
  }

  private func x(_ share: Double, _ frame: Frame) -> Double { frame.left + share * frame.width }

  private func y(_ number: Double, _ frame: Frame) -> Double {
    frame.top + (top - number) / (top - bottom) * frame.height
  }

  /// A small line without words, described in one sentence.
  func sparkline(_ language: Language) -> String {
    let frame = Frame(left: 4, top: 4, width: 112, height: 24)
    var svg = "<svg class=\"spark\" viewBox=\"0 0 120 32\" role=\"img\" aria-label=\""
    svg += summary(language).escaped + "\">" + band(frame) + line(frame)
    if let last = points.last { svg += dot(last, frame, radius: 3) }
    return svg + "</svg>"
  }

  /// The whole chart: axis, band, line, and each of the newest points a link to its resource.
  func chart(_ language: Language) -> String {
    let frame = Frame(left: 64, top: 16, width: 616, height: 184)
    var svg = "<svg class=\"trend\" viewBox=\"0 0 700 240\" role=\"group\""
    svg += " aria-labelledby=\"trend-title trend-desc\"><title id=\"trend-title\">"
    svg += Texts.text("trendOf", language, name).escaped + "</title><desc id=\"trend-desc\">"
    svg += summary(language).escaped + "</desc>" + band(frame)
    for number in [bottom, (bottom + top) / 2, top] {
      svg += "<line class=\"axis\" x1=\"64\" x2=\"680\" y1=\"\(y(number, frame).svg)\""
      svg += " y2=\"\(y(number, frame).svg)\"/>"
    }
    for (number, limit) in [(low, "low"), (high, "high")] {
      guard let number else { continue }
      svg += "<text class=\"limit \(limit)\" x=\"58\" y=\"\((y(number, frame) + 5).svg)\">"
      svg += number.plain + "</text>"
    }
    svg += line(frame)
    for (place, point) in points.enumerated() {
      guard place >= points.count - Self.linkLimit else {
        svg += dot(point, frame, radius: 4)
        continue
      }
      let finding = point.point.finding
      let words = [finding.value, finding.unit, word(finding, language)].compactMap { $0 }
      let label = point.point.moment.day + " " + words.joined(separator: " ")
      svg += "<a href=\"\(point.point.link.escaped)\" aria-label=\"\(label.escaped)\">"
      svg += "<title>\(label.escaped)</title><circle class=\"target\" r=\"12\""
      svg += " cx=\"\(x(point.x, frame).svg)\" cy=\"\(y(point.number, frame).svg)\"/>"
      svg += dot(point, frame, radius: 5) + "</a>"
    }
    for (place, anchor) in [(points.first, "start"), (points.last, "end")] {
      guard let place else { continue }
      svg += "<text class=\"tick\" text-anchor=\"\(anchor)\" y=\"228\""
      svg += " x=\"\(x(place.x, frame).svg)\">\(place.point.moment.day)</text>"
    }
    return svg + "</svg>"
  }

  private func word(_ finding: Finding, _ language: Language) -> String? {
    guard let flag = finding.flag, flag.isAbnormal else { return nil }
    return Texts.text("flag" + flag.rawValue, language)
  }

  /// Such as: 6 次,2020-01-02 至 2026-03-04,最低 4.1,最高 7.9,最近 5.6。
  private func summary(_ language: Language) -> String {
    guard let first = points.first, let last = points.last,
      let least = points.min(by: { $0.number < $1.number }),
      let most = points.max(by: { $0.number < $1.number })
    else { return name }
    return Texts.text(
      "trendSummary", language, name, "\(points.count)", first.point.moment.day,
      last.point.moment.day, least.point.finding.value, most.point.finding.value,
      last.point.finding.value)
  }

  private func band(_ frame: Frame) -> String {
    guard low != nil || high != nil else { return "" }
    let upper = y(min(high ?? top, top), frame)
    let lower = y(max(low ?? bottom, bottom), frame)
    return "<rect class=\"band\" x=\"\(frame.left.svg)\" y=\"\(upper.svg)\""
      + " width=\"\(frame.width.svg)\" height=\"\(max(lower - upper, 1).svg)\"/>"
  }

  private func line(_ frame: Frame) -> String {
    let places = points.map { "\(x($0.x, frame).svg),\(y($0.number, frame).svg)" }
    return "<polyline class=\"course\" points=\"\(places.joined(separator: " "))\"/>"
  }

  private func dot(
    _ point: (x: Double, point: Series.Point, number: Double), _ frame: Frame, radius: Int
  ) -> String {
    let style = point.point.finding.flag?.style ?? ""
    return "<circle class=\"dot \(style)\" r=\"\(radius)\" cx=\"\(x(point.x, frame).svg)\""
      + " cy=\"\(y(point.number, frame).svg)\"/>"
  }
}

extension Double {
  /// With one digit behind the point, as coordinates need.
  fileprivate var svg: String {
    guard isFinite, magnitude < 1e6 else { return "0" }
    let tenths = Int((self * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// A limit without zeros at its end.
  fileprivate var plain: String {
    self == rounded() && magnitude < 1e9 ? "\(Int(self))" : "\(self)"
  }
}

extension String {
  /// For the text and the attributes of HTML and SVG that no template writes.
  fileprivate var escaped: String { XMLEscape.attribute(self) }
}
