import FHIR
import FHIRSearch
import People
import RecordStore

/// Reads from a store what the index has to know before anything is written.
struct Loading {
  let store: any RecordStore

  /// Resources are read so many at a time.
  private static let page = Query.maximumCount

  func roll() async throws(Anomaly) -> Roll {
    var gathering = MatchIndex.Gathering()
    var ids: [String] = []
    try await forEach(PersonIndex.patient, "") { key, resource in
      gathering.add(PersonRecord(patient: resource))
      ids.append(key.id)
    }
    var roll = Roll(MatchIndex(gathering), ids: ids)
    try await forEach(PersonIndex.person, IndexMark.person.asTag) { key, resource in
      if let person = PersonResource(JSON(resource)) { roll.set(key.id, person.master) }
    }
    try await forEach(PersonIndex.task, IndexMark.review.asTag) { _, resource in
      guard let task = ReviewTask(JSON(resource)), let pair = task.pair else { return }
      roll.set(pair, task.verdict)
    }
    roll.keep()
    return roll
  }

  /// All resources of a type that match.
  private func forEach(
    _ type: TypeID, _ criteria: String, _ body: (ResourceKey, JSONCursor) -> Void
  ) async throws(Anomaly) {
    var cursor: String?
    repeat {
      guard !Task.isCancelled else {
        throw Anomaly(.interrupted, "Loading the master index was stopped", chinese: "主索引载入被中止")
      }
      let text =
        "\(criteria)&_count=\(Self.page)"
        + (cursor.map { "&\(Query.cursorName)=\(Self.escaped($0))" } ?? "")
      let query = try Query.parse(
        text, in: .type(type), QueryContext(table: store.parameters, now: 0))
      let page = try await store.search(query)
      for entry in page.entries {
        let document = try JSONDocument.parse(entry.version.content)
        withExtendedLifetime(document) { body(entry.version.key, document.root) }
      }
      cursor = page.links.next
    } while cursor != nil
  }

  /// A text for a query: everything escaped that is not unreserved.
  static func escaped(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
        out.append(character)
      } else {
        out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }
}

extension JSON {
  /// The criterion that finds what has this tag.
  fileprivate var asTag: String {
    let text = "\(self["system"]?.string ?? "")|\(self["code"]?.string ?? "")"
    return "_tag=" + Loading.escaped(text)
  }
}
