package import FHIR

/// Which person holds which cards, of whatever kind: several cards, one person 多卡归一.
package struct CardHolders: Hashable, Sendable {
  private var persons: [CardNumber: String] = [:]
  private var cards: [String: Set<CardNumber>] = [:]

  package init() {}

  /// The person who holds a card.
  package func person(holding number: CardNumber) -> String? { persons[number] }

  /// The cards of a person, by system and number.
  package func cards(of person: String) -> [CardNumber] {
    (cards[person] ?? []).sorted { ($0.system, $0.value) < ($1.system, $1.value) }
  }

  /// Says that a person holds a card; a card has one holder.
  package mutating func add(_ number: CardNumber, of person: String) throws(Anomaly) {
    if let other = persons[number], other != person {
      throw .conflict(
        "Card \(number.value) belongs to \(other) already, not to \(person).",
        chinese: "卡号\(number.value)已属于\(other)，与\(person)冲突，请核对是否为同一人。")
    }
    persons[number] = person
    cards[person, default: []].insert(number)
  }

  /// Takes a card from its holder.
  package mutating func remove(_ number: CardNumber) {
    guard let person = persons.removeValue(forKey: number) else { return }
    cards[person]?.remove(number)
    if cards[person]?.isEmpty == true { cards[person] = nil }
  }

  /// The cards that a merge moved, which undo it.
  package struct Merge: Hashable, Sendable {
    package let from: String
    package let into: String
    package let moved: Set<CardNumber>
  }

  /// Two persons are one: the cards of one go to the other.
  package mutating func merge(_ person: String, into other: String) -> Merge {
    guard person != other else { return Merge(from: person, into: other, moved: []) }
    let moved = cards.removeValue(forKey: person) ?? []
    for number in moved { persons[number] = other }
    if !moved.isEmpty { cards[other, default: []].formUnion(moved) }
    return Merge(from: person, into: other, moved: moved)
  }

  /// They were two after all; cards that were added since stay.
  package mutating func undo(_ merge: Merge) {
    let moved = merge.moved.filter { persons[$0] == merge.into }
    for number in moved { persons[number] = merge.from }
    cards[merge.into]?.subtract(moved)
    if cards[merge.into]?.isEmpty == true { cards[merge.into] = nil }
    if !moved.isEmpty { cards[merge.from, default: []].formUnion(moved) }
  }

  /// A person and what their card is made of.
  private struct Place: Hashable {
    let holder: String
    let medium: CardMedium
  }

  /// The holders of more than one usable card of a kind and medium, who should have one.
  package static func holdersOfSeveral(
    _ usable: some Sequence<Card>, of kind: CardKind
  ) -> [String: [CardNumber]] {
    var numbers: [Place: [CardNumber]] = [:]
    for card in usable where card.details.kind == kind {
      let place = Place(holder: card.details.holder, medium: card.details.medium)
      numbers[place, default: []].append(card.details.number)
    }
    var several: [String: [CardNumber]] = [:]
    for (place, found) in numbers where found.count > 1 {
      several[place.holder, default: []] += found
    }
    return several
  }
}
