import FHIR
import Synchronization
import Ucum

/// Quantities in UCUM's base units, so that 0.0054 g is found by 5.4 mg.
///
/// <https://hl7.org/fhir/R4/search.html#quantity>: "it is at the discretion of the search engine
/// how to handle
/// units" of measure with the same dimension.
enum CanonicalUnit {
  /// The units that were read before; a code that is no unit is there as nil.
  private static let known = Mutex<[String: UnitCode?]>([:])
  /// How many are kept.
  private static let limit = 4_096

  /// The unit with a code, read once.
  static func unit(_ code: String) -> UnitCode? {
    if let unit = known.withLock({ $0[code] }) { return unit }
    let unit: UnitCode?
    do { unit = try UnitCode(parsing: code) } catch { unit = nil }
    known.withLock { known in
      if known.count >= limit { known.removeAll() }
      known[code] = .some(unit)
    }
    return unit
  }

  /// The number of a dimension in the index.
  static func hash(_ unit: UnitCode) -> Int64 { Hash.url(unit.dimension.code) }
}

extension QuantityValue {
  /// The same search in base units; nil when the unit is none of UCUM's.
  package var canonical: (dimension: Int64, range: RangeValue)? {
    guard let unit, let code = unit.code, let exact,
      unit.system == .any || unit.system == .url(UnitCode.system),
      let known = CanonicalUnit.unit(code), var low = known.canonical(exact.low)?.double,
      var high = known.canonical(exact.high)?.double
    else { return nil }
    if low > high { swap(&low, &high) }
    // The upper bound of a precision does not belong to the range.
    if exact.isOpen { high = high.nextDown }
    return (CanonicalUnit.hash(known), RangeValue(range.comparison, low, high))
  }
}

extension EntryWriter {
  /// A row for a quantity in base units.
  func canonical(_ quantity: JSONCursor, _ number: JSONCursor, _ key: Int32) {
    guard let system = quantity.member(.system), let code = quantity.member(.code)?.string,
      withBytes(of: system, { $0.elementsEqual(UnitCode.system.utf8) }),
      let unit = CanonicalUnit.unit(code), number.kind == .number,
      let value = ExactDecimal(parsing: number.raw).flatMap({ unit.canonical($0)?.double })
    else { return }
    entries.add(
      key &+ IndexVariant.canonical.rawValue,
      IndexTuple([
        .integer(CanonicalUnit.hash(unit)), .integer(0), .real(value), .real(value),
      ]))
  }
}
