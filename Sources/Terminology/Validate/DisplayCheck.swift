import FHIR

/// A name of a concept in a language.
struct ConceptName: Hashable, Sendable {
  var language: String?
  var value: String
}

/// The names that a concept has: in its system, in supplements, in the value set.
struct ConceptNames {
  let names: [ConceptName]
  /// What is shown when nobody asks for a language.
  let preset: String?

  init(_ match: Match, supplements: [CodeSystem]) {
    let (system, place) = (match.system, match.place)
    var names: [ConceptName] = []
    func add(_ language: String?, _ value: String?) {
      guard let value, !value.isEmpty, !names.contains(where: { $0.value == value }) else { return }
      names.append(ConceptName(language: language, value: value))
    }
    if let listed = match.listed {
      add(nil, listed.display)
      for item in listed.designations { add(item.language, item.value) }
    }
    add(system.about.language, system.display(place))
    for item in system.designations(place) { add(item.language, item.value) }
    for supplement in supplements {
      guard let other = supplement.place(of: system.code(place)) else { continue }
      add(supplement.about.language, supplement.display(other))
      for item in supplement.designations(other) { add(item.language, item.value) }
    }
    self.names = names
    preset = match.listed?.display ?? system.display(place)
  }

  /// The name to show in a language, the preset one where there is none.
  func display(_ languages: LanguagePreference) -> String? {
    for tag in languages.tags {
      if let name = names.first(where: {
        $0.language.map { LanguagePreference.matches($0, tag) } ?? false
      }) {
        return name.value
      }
    }
    return languages.isStrict ? nil : preset
  }

  /// What is wrong with a display; nil when it is one of the names.
  func finding(
    _ display: String, _ languages: LanguagePreference, concept: String, isLenient: Bool
  ) -> Finding? {
    func isNamed(_ names: [ConceptName]) -> Bool {
      names.contains { $0.value.lowercased() == display.lowercased() }
    }
    let fitting =
      languages.isEmpty
      ? names : names.filter { $0.language.map { languages.accepts($0) } ?? true }
    if isNamed(fitting) { return nil }
    let shown = languages.isEmpty ? "--" : languages.tags.joined(separator: ",")
    guard fitting.isEmpty else {
      let choices = fitting.map { "'\($0.value)'" + ($0.language.map { " (\($0))" } ?? "") }
      let list =
        choices.count == 1
        ? choices[0] : "one of \(choices.count) choices: \(Finding.joined(choices))"
      return wrong(
        "Wrong Display Name '\(display)' for \(concept). Valid display is \(list) "
          + "(for the language(s) '\(shown)')", display, isLenient,
        "Display_Name_for__should_be_one_of__instead_of")
    }
    if isNamed(names) {
      return Finding(
        severity: .information, code: .invalid, kind: .invalidDisplay, part: .display,
        text: "There are no valid display names found for the code \(concept) for language(s) "
          + "'\(shown)'. The display is '\(display)' which is a valid display for the default "
          + "language",
        chinese: "\(concept) 没有语言“\(shown)”的名称;“\(display)”是默认语言的名称",
        messageID: "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK")
    }
    return wrong(
      "Wrong Display Name '\(display)' for \(concept). There are no valid display names found for "
        + "language(s) '\(shown)'. Default display is '\(preset ?? "")'", display, isLenient,
      "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR")
  }

  private func wrong(
    _ text: String, _ display: String, _ isLenient: Bool, _ messageID: String
  ) -> Finding {
    Finding(
      severity: isLenient ? .warning : .error, code: .invalid, kind: .invalidDisplay,
      part: .display, text: text,
      chinese: "名称“\(display)”不对,应为“\(preset ?? "")”", messageID: messageID)
  }
}
