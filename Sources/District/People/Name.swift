/// What a person is called, in Chinese and by its sound.
package struct Name: Hashable, Sendable {
  /// The whole name as on the identity card, such as `欧阳建国` or `艾力·买买提`.
  package var text: String
  /// Surname, clan or father's name; nil where a name has none.
  package var family: String?
  package var given: String
  /// The sound of the family name without tones, capitalised, such as `Ouyang`.
  package var familySound: String?
  package var givenSound: String

  /// A name of the Han custom: surname, then given name.
  init(surname: Part, given: Part) {
    text = surname.text + given.text
    family = surname.text
    self.given = given.text
    familySound = surname.sound.capitalizedSound
    givenSound = given.sound.capitalizedSound
  }

  /// A name whose parts are joined by `·`; the family part stands first or last by the custom.
  init(given: Part, father: Part) {
    text = given.text + "\u{B7}" + father.text
    family = father.text
    self.given = given.text
    familySound = father.sound.capitalizedSound
    givenSound = given.sound.capitalizedSound
  }

  init(clan: Part, given: Part) {
    text = clan.text + "\u{B7}" + given.text
    family = clan.text
    self.given = given.text
    familySound = clan.sound.capitalizedSound
    givenSound = given.sound.capitalizedSound
  }

  /// A name of given parts alone, as in Tibet.
  init(given: [Part], joinedBy joint: String) {
    text = given.map(\.text).joined(separator: joint)
    family = nil
    self.given = text
    familySound = nil
    givenSound = given.map(\.sound).joined().capitalizedSound
  }

  /// The whole sound in the order of the characters, such as `Ouyang Jianguo`.
  package var sound: String {
    guard let family, let familySound else { return givenSound }
    return text.hasPrefix(family) ? familySound + " " + givenSound : givenSound + " " + familySound
  }

  /// Characters and how they are spoken.
  package struct Part: Hashable, Sendable {
    package var text: String
    package var sound: String
  }
}

extension String {
  fileprivate var capitalizedSound: String { prefix(1).uppercased() + dropFirst() }
}
