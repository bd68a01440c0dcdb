/// A person as one source wrote them: what is compared, nothing else.
///
/// The master person is another thing; several records may be of one person.
package struct PersonRecord: Hashable, Sendable {
  /// A name, whole or in parts as the source has it.
  package struct Name: Hashable, Sendable {
    package var text: String
    package var family: String
    package var given: String

    package init(text: String = "", family: String = "", given: String = "") {
      self.text = text
      self.family = family
      self.given = given
    }
  }

  /// A number given to the person by some authority.
  package struct Identifier: Hashable, Sendable {
    package var system: String
    package var value: String

    package init(system: String, value: String) {
      self.system = system
      self.value = value
    }
  }

  /// An address in the parts of WS/T 363 (省 市 县 … 门牌) or of an English-speaking country.
  package struct Address: Hashable, Sendable {
    package var province = ""
    package var city = ""
    package var district = ""
    package var locality = ""
    package var postalCode = ""
    /// Street and number, as one text.
    package var line = ""
    /// The parts, where the source has them apart.
    package var street = ""
    package var building = ""
    package var houseNumber = ""

    package init() {}
  }

  /// The citizen identity number, by the register of OIDs of WS/T 500.
  package static let identityNumberSystem = "urn:oid:2.16.156.10011.1.3"

  /// A number that a country gives each of its people and that has no check digit.
  package static let nationalNumberSystem = "urn:kangqu:national-number"

  package var id: String
  package var names: [Name] = []
  /// `male`, `female`, `男`, `女` or the codes 1 and 2 of GB/T 2261.1.
  package var gender = ""
  package var birthDate = ""
  package var identifiers: [Identifier] = []
  package var phones: [String] = []
  package var address = Address()
  /// The number of the household in the household register.
  package var household = ""
  /// An identifier or the name of each parent.
  package var mother = ""
  package var father = ""

  package init(id: String) { self.id = id }
}
