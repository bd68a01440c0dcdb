import CardOffice
import Credentials

/// What the pages of cards work with: the registry, a terminal of the platform's own, the figures.
struct CardCounter: Sendable {
  let registry: CardRegistry
  let codes: HealthCodeSettings
  let terminal: CodeTerminal
  let tally: CoverageTally

  init(_ registry: CardRegistry, codes: HealthCodeSettings) {
    self.registry = registry
    self.codes = codes
    terminal = CodeTerminal(registry, codes)
    tally = CoverageTally(registry)
  }
}

extension CardCode {
  /// What it is called, in the reader's language.
  func name(_ language: Language) -> String {
    language == .chinese ? chinese : Texts.text("card-" + rawValue, language)
  }
}
