import FHIR

/// The narrative's way into XML: the JSON text itself, once it is known to be one well-formed
/// `div`. <https://hl7.org/fhir/R4/narrative.html#xhtml>
enum XMLNarrative {
  /// Appends the text as it stands.
  static func write(_ value: JSONCursor, _ path: String, _ out: inout [UInt8]) throws(Anomaly) {
    guard value.kind == .string else {
      throw .incorrect(
        "\(path) must be a text", chinese: "\(path) 应为文本", code: .structure, path: path)
    }
    let text = value.isEscaped ? JSONEscape.resolved(value.raw) : Array(value.raw)
    do {
      try DivCheck().read(text, limits: XMLLimits())
    } catch {
      var anomaly = error
      anomaly.message = "\(path) is no XHTML: \(error.message)"
      anomaly.path = path
      throw anomaly
    }
    out += text.trimmingSpace
  }

  /// Reads a text and accepts only a `div` of XHTML.
  private final class DivCheck: XMLEvents {
    private var isInside = false

    override func start(_ name: XMLName, _ attributes: XMLAttributes) throws(Anomaly) {
      defer { isInside = true }
      guard isInside || (name.isXHTML && name.text == "div") else {
        throw wrong(
          "Expected div of the namespace \(XMLName.xhtml)", "应为命名空间 \(XMLName.xhtml) 的 div")
      }
    }
  }
}

extension [UInt8] {
  /// Without white space, comments aside, before and behind the outermost element.
  fileprivate var trimmingSpace: ArraySlice<UInt8> {
    let start = firstIndex { $0 > 0x20 } ?? endIndex
    let end = lastIndex { $0 > 0x20 } ?? startIndex
    return start <= end ? self[start...end] : []
  }
}
