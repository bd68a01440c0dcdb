/// One question of a form, with what was typed and what is wrong with it.
struct FormField: Sendable {
  enum Kind: Sendable {
    case text
    /// A day as people type it; `Day` of the registries reads it.
    case day
    /// One of few: the value that is sent and what is read.
    case choice([Option])
    /// Yes or nothing.
    case tick
    /// Several lines.
    case note
    /// A file; the form is sent in parts then.
    case file
    /// Not shown; sent back as it was.
    case hidden
  }

  struct Option: Hashable, Sendable {
    let value: String
    let text: String
  }

  /// What is typed beyond is not read.
  static let longestText = 2_000

  let name: String
  /// What it is called, in the reader's language.
  let label: String
  var kind: Kind
  var value: String
  /// What helps to answer.
  var hint: String?
  /// What is wrong with the answer.
  var error: String?
  var isRequired: Bool
  /// Whether only digits are expected, so that a phone shows them.
  var isNumber: Bool

  init(
    _ name: String, _ label: String, _ kind: Kind = .text, value: String = "",
    hint: String? = nil, isRequired: Bool = false, isNumber: Bool = false
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.value = value
    self.hint = hint
    self.isRequired = isRequired
    self.isNumber = isNumber
  }

  /// The values for the template.
  var values: [String: Any] {
    var values: [String: Any] = [
      "name": name, "label": label, "value": value, "isRequired": isRequired,
      "isNumber": isNumber, "limit": Self.longestText,
    ]
    values["hint"] = hint
    values["error"] = error
    var described: [String] = []
    if hint != nil { described.append("\(name)-hint") }
    if error != nil { described.append("\(name)-error") }
    values["described"] = described.isEmpty ? nil : described.joined(separator: " ")
    switch kind {
    case .text: values["isText"] = true
    case .day: values["isDay"] = true
    case .tick:
      values["isTick"] = true
      values["isTicked"] = !value.isEmpty
    case .note: values["isNote"] = true
    case .file: values["isFile"] = true
    case .hidden: values["isHidden"] = true
    case .choice(let options):
      values["isChoice"] = true
      values["isEmpty"] = !options.contains { $0.value == value }
      values["options"] = options.map { option in
        [
          "value": option.value, "text": option.text, "isChosen": option.value == value,
        ] as [String: Any]
      }
    }
    return values
  }
}
