import FHIR
import Ucum

/// Least and greatest values and lengths that profiles set.
///
/// <https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_>
extension Walk {
  mutating func bounds(_ value: ProfileValue, _ element: ProfileElement) {
    if element.maxLength != nil || element.minLength != nil,
      let length = value.cursor.string?.count
    {
      if length > element.maxLength ?? .max || length < element.minLength ?? 0 {
        report(
          .error, .value, at: value.cursor,
          "\(element.id) has \(length) characters, which the profile does not allow",
          "\(element.id) 有 \(length) 个字符,规范不允许")
      }
    }
    if let least = element.minValue, compare(value, least).map({ $0 < 0 }) ?? false {
      report(
        .error, .value, at: value.cursor,
        "\(element.id) is less than the least value \(Self.shown(least.text))",
        "\(element.id) 小于最小值 \(Self.shown(least.text))")
    }
    if let greatest = element.maxValue, compare(value, greatest).map({ $0 > 0 }) ?? false {
      report(
        .error, .value, at: value.cursor,
        "\(element.id) is greater than the greatest value \(Self.shown(greatest.text))",
        "\(element.id) 大于最大值 \(Self.shown(greatest.text))")
    }
  }

  /// Negative, zero or positive as the value is less, equal or greater; nil when they do not
  /// compare.
  private func compare(_ value: ProfileValue, _ bound: JSON) -> Int? {
    switch bound {
    case .number(let text):
      guard let bound = ExactDecimal(text), value.cursor.kind == .number else { return nil }
      return ExactDecimal(parsing: value.cursor.raw).map { order($0, bound) }
    case .string(let text):
      guard let own = value.cursor.string else { return nil }
      // Dates of the same zone sort as their texts do.
      let length = min(own.utf8.count, text.utf8.count)
      let (one, other) = (own.prefix(length), text.prefix(length))
      return one == other ? 0 : one < other ? -1 : 1
    case .object:
      guard let number = bound["value"], case .number(let text) = number,
        var limit = ExactDecimal(text), let raw = value.cursor.member(.value), raw.kind == .number,
        let own = ExactDecimal(parsing: raw.raw)
      else { return nil }
      let (from, to) = (bound["code"]?.string, value.cursor.member(.code)?.string)
      if from != to {
        guard let converted = converted(limit, from, to) else { return nil }
        limit = converted
      }
      return order(own, limit)
    default: return nil
    }
  }

  private func converted(_ value: ExactDecimal, _ from: String?, _ to: String?) -> ExactDecimal? {
    guard let from, let to else { return nil }
    do {
      return try UnitCode(parsing: from).convert(value, to: UnitCode(parsing: to))
    } catch {
      // Units that do not convert do not compare; the binding of the unit says whether they may
      // stand.
      return nil
    }
  }

  private func order(_ one: ExactDecimal, _ other: ExactDecimal) -> Int {
    one < other ? -1 : one == other ? 0 : 1
  }
}
