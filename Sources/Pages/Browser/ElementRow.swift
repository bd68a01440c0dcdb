import FHIR
import RecordStore

/// One line of a resource shown as an indented table: an element's name and its value, a link where
/// it refers.
struct ElementRow: Sendable {
  var depth: Int
  var name: String
  var value: String?
  /// Where a reference leads, below the site's root.
  var link: String?

  /// Deeper elements are shown as if they stood here.
  static let deepestIndentation = 9
  /// How many lines a page shows at most; the JSON below the table is always whole.
  static let rowsPerPage = 3_000

  /// The lines of a resource, in its order; items of lists are numbered from 1 where there are
  /// several.
  static func rows(of document: JSONDocument) -> [ElementRow] {
    var rows: [ElementRow] = []
    withExtendedLifetime(document) { append(document.root, depth: 0, to: &rows) }
    return rows
  }

  private static func append(_ object: JSONCursor, depth: Int, to rows: inout [ElementRow]) {
    for member in object.children where rows.count < rowsPerPage {
      let name = member.memberName
      if member.kind == .array {
        let isSingle = member.count == 1
        for (index, item) in member.children.enumerated() {
          append(item, name: isSingle ? name : "\(name) \(index + 1)", depth: depth, to: &rows)
        }
      } else {
        append(member, name: name, depth: depth, to: &rows)
      }
    }
  }

  private static func append(
    _ value: JSONCursor, name: String, depth: Int, to rows: inout [ElementRow]
  ) {
    guard rows.count < rowsPerPage else { return }
    let indentation = min(depth, deepestIndentation)
    guard value.kind == .object else {
      let text = value.scalarText
      let link = name == "reference" ? ResourceKey(reference: text).map { "/fhir/\($0)" } : nil
      rows.append(ElementRow(depth: indentation, name: name, value: text, link: link))
      return
    }
    rows.append(ElementRow(depth: indentation, name: name))
    append(value, depth: depth + 1, to: &rows)
  }

  var values: [String: Any] {
    var values: [String: Any] = ["depth": depth, "name": name]
    values["value"] = value
    values["link"] = link
    return values
  }
}
