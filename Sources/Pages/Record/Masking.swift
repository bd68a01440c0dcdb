/// What of a number is shown to whoever did not ask for all of it.
///
/// GB/T 35273-2020 §7.2: personal information on screens is shown without what identifies.
enum Masking {
  /// The first three and the last four characters of an identity number: `110***********1234`.
  static func identityNumber(_ number: String) -> String {
    masked(number, leading: 3, trailing: 4)
  }

  /// The first three and the last four digits of a telephone number: `199****0012`.
  static func phone(_ number: String) -> String { masked(number, leading: 3, trailing: 4) }

  /// A number too short for its ends to be shown is all stars.
  private static func masked(_ number: String, leading: Int, trailing: Int) -> String {
    let characters = Array(number)
    guard characters.count > leading + trailing else {
      return String(repeating: "*", count: characters.count)
    }
    return String(characters.prefix(leading))
      + String(repeating: "*", count: characters.count - leading - trailing)
      + String(characters.suffix(trailing))
  }
}
