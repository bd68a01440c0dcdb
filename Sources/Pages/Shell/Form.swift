import FHIR

/// A form of a page: what it asks, what was answered, what is wrong, and where it is sent.
///
/// It works without a script. What was typed is kept when it is refused, and each fault stands
/// beside its field and, as a link to it, above the form.
struct Form: Sendable {
  /// Where it is sent, by POST.
  let action: String
  /// What its button says.
  let submit: String
  var fields: [FormField]
  /// What is wrong with the whole.
  private(set) var problems: [String] = []
  /// Where to go without sending it.
  var cancel: String?
  /// Whether what is refused can be kept apart for later, by the answer `setAside`.
  var canWait = false

  init(action: String, submit: String, _ fields: [FormField], cancel: String? = nil) {
    self.action = action
    self.submit = submit
    self.fields = fields
    self.cancel = cancel
  }

  /// What is answered to a field, without spaces at its ends; empty when nothing is.
  subscript(name: String) -> String {
    get { fields.first { $0.name == name }?.value ?? "" }
    set {
      for place in fields.indices where fields[place].name == name {
        fields[place].value = newValue
      }
    }
  }

  /// Takes over what was sent, so that a field left empty is empty.
  mutating func fill(from request: PageRequest) {
    for place in fields.indices {
      let sent = request.query.last { $0.name == fields[place].name }?.value ?? ""
      fields[place].value = String(sent.prefix(FormField.longestText)).trimmedEnds
    }
  }

  /// Says of each field that must be answered and is not that it must be; whether all are.
  mutating func requireAnswers(_ language: Language) -> Bool {
    var areAll = true
    for place in fields.indices where fields[place].isRequired && fields[place].value.isEmpty {
      fields[place].error = Texts.text("fieldRequired", language)
      areAll = false
    }
    return areAll
  }

  /// Puts what is wrong beside the field whose name is the anomaly's path, the rest above all.
  mutating func refuse(_ anomaly: Anomaly, _ language: Language) {
    for one in [anomaly] + anomaly.others {
      let words = language == .chinese ? one.chinese ?? one.message : one.message
      if let place = fields.firstIndex(where: { $0.name == one.path }) {
        fields[place].error = fields[place].error ?? words
      } else {
        problems.append(words)
      }
    }
  }

  /// What is wrong and where, as one text.
  var refusal: String {
    (problems + fields.compactMap { field in field.error.map { "\(field.label)：\($0)" } })
      .joined(separator: "；")
  }

  var isRefused: Bool { !problems.isEmpty || fields.contains { $0.error != nil } }

  /// The values for the template `form`.
  var values: [String: Any] {
    var values: [String: Any] = [
      "action": action, "submit": submit, "isRefused": isRefused, "problems": problems,
      "fields": fields.map(\.values),
      "faults": fields.filter { $0.error != nil }.map {
        ["name": $0.name, "label": $0.label, "error": $0.error ?? ""]
      },
    ]
    values["cancel"] = cancel
    if canWait, isRefused { values["refusal"] = refusal }
    values["hasFile"] = fields.contains { if case .file = $0.kind { true } else { false } }
    return values
  }
}

extension String {
  /// Without spaces, ideographic ones too, at both ends.
  var trimmedEnds: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
