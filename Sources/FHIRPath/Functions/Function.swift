/// The functions of FHIRPath, of FHIR R4's additions, and of SQL on FHIR, by their names in
/// expressions.
///
/// <https://hl7.org/fhirpath/N1/#functions>, <https://hl7.org/fhir/R4/fhirpath.html#functions>
enum Function: String, CaseIterable, Sendable {
  // Existence
  case empty, exists, all, allTrue, anyTrue, allFalse, anyFalse, subsetOf, supersetOf, count
  case distinct, isDistinct
  // Filtering, projection, subsetting, combining
  case `where`, select, `repeat`, repeatAll, ofType, single, first, last, tail, skip, take
  case intersect, exclude, union, combine, sort, coalesce
  // Conversion
  case iif, toBoolean, convertsToBoolean, toInteger, convertsToInteger, toDate, convertsToDate
  case toDateTime, convertsToDateTime, toDecimal, convertsToDecimal, toQuantity
  case convertsToQuantity, toString, convertsToString, toTime, convertsToTime
  // Strings
  case indexOf, lastIndexOf, substring, startsWith, endsWith, contains, upper, lower, replace
  case matches, matchesFull, replaceMatches, length, toChars, trim, split, join, encode, decode
  case escape, unescape
  // Mathematics
  case abs, ceiling, exp, floor, ln, log, power, round, sqrt, truncate
  // Tree navigation, utility, types, aggregates
  case children, descendants, trace, defineVariable, now, timeOfDay, today, not, `is`, `as`, type
  case aggregate, lowBoundary, highBoundary, precision, comparable
  // FHIR
  case `extension`, hasExtension, hasValue, getValue, resolve, elementDefinition, slice
  case checkModifiers, conformsTo, memberOf, subsumes, subsumedBy, htmlChecks
  // SQL on FHIR
  case getResourceKey, getReferenceKey

  var takesType: Bool { self == .is || self == .as || self == .ofType }

  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .all, .subsetOf, .supersetOf, .where, .select, .repeat, .repeatAll, .skip, .take,
      .intersect, .exclude, .union, .combine, .startsWith, .endsWith, .contains, .indexOf,
      .lastIndexOf, .matches, .matchesFull, .encode, .decode, .escape, .unescape, .split, .log,
      .power, .comparable, .extension, .hasExtension, .conformsTo, .memberOf, .subsumes,
      .subsumedBy, .checkModifiers, .is, .as, .ofType:
      1...1
    case .exists, .toQuantity, .convertsToQuantity, .join, .round, .lowBoundary, .highBoundary,
      .getReferenceKey:
      0...1
    case .substring, .trace, .defineVariable, .aggregate: 1...2
    case .replace, .replaceMatches, .slice: 2...2
    case .iif: 2...3
    case .sort: 0...16
    case .coalesce: 1...64
    default: 0...0
    }
  }
}
