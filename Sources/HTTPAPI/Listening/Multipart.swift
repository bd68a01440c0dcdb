import FHIR

/// A form with files: its parts between boundaries. <https://www.rfc-editor.org/rfc/rfc7578>
struct Multipart {
  private(set) var fields: [(name: String, value: String)] = []
  private(set) var files: [PageRoutes.File] = []

  /// How many parts a form may have, and how long the head of one may be.
  static let partLimit = 100
  static let headLimitInBytes = 8 << 10
  /// <https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1>
  static let boundaryLimit = 70

  private static let lineEnd: [UInt8] = [0x0D, 0x0A]
  private static let headEnd: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]

  /// The boundary that a `Content-Type` names.
  static func boundary(_ contentType: String) throws(Anomaly) -> String {
    let named = parameters(of: contentType).first { $0.name == "boundary" }?.value ?? ""
    guard (1...boundaryLimit).contains(named.utf8.count),
      named.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
    else {
      throw wrong("its Content-Type names no boundary", "Content-Type 未指明分隔符")
    }
    return named
  }

  init(_ bytes: [UInt8], boundary: String) throws(Anomaly) {
    let delimiter = Self.lineEnd + Array("--\(boundary)".utf8)
    var place: Int
    if bytes.starts(with: delimiter.dropFirst(2)) {
      place = delimiter.count - 2
    } else if let first = Self.find(delimiter, in: bytes, from: 0) {
      place = first + delimiter.count
    } else {
      throw Self.wrong("it does not begin with its boundary", "开头没有分隔符")
    }
    var count = 0
    while !Self.stands("--", in: bytes, at: place) {
      while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
      guard Self.stands("\r\n", in: bytes, at: place),
        let end = Self.find(delimiter, in: bytes, from: place)
      else { throw Self.wrong("its last boundary is missing", "结尾的分隔符缺失") }
      count += 1
      guard count <= Self.partLimit else {
        throw .incorrect(
          "The form has more than \(Self.partLimit) parts",
          chinese: "表单超过 \(Self.partLimit) 个部分", code: .tooCostly)
      }
      // A part without a head still has the empty line that ends it.
      try take(Array(bytes[place..<end]))
      place = end + delimiter.count
    }
  }

  /// Takes a part: a line end, its head, an empty line, its content.
  private mutating func take(_ part: [UInt8]) throws(Anomaly) {
    guard let head = Self.find(Self.headEnd, in: part, from: 0), head <= Self.headLimitInBytes
    else { throw Self.wrong("a part has no head, or one too long", "某部分没有头部或头部过长") }
    guard let text = String(validating: part[..<head], as: UTF8.self) else {
      throw Self.wrong("the head of a part is not UTF-8", "某部分的头部不是 UTF-8")
    }
    let content = part[(head + Self.headEnd.count)...]
    let disposition = text.split(separator: "\r\n").lazy.map { line in
      line.split(separator: ":", maxSplits: 1).map { $0.trimmed }
    }.first { $0.count == 2 && $0[0].lowercased() == "content-disposition" }
    let parameters = Self.parameters(of: disposition?[1] ?? "")
    guard disposition?[1].lowercased().hasPrefix("form-data") == true,
      let name = parameters.first(where: { $0.name == "name" })?.value
    else { throw Self.wrong("a part does not say which field it is", "某部分没有字段名") }
    if let fileName = parameters.first(where: { $0.name == "filename" })?.value {
      files.append(PageRoutes.File(field: name, name: fileName, bytes: Array(content)))
      return
    }
    guard let value = String(validating: content, as: UTF8.self) else {
      let name = name.prefix(40)
      throw Self.wrong("the field \(name) is not UTF-8", "字段 \(name) 不是 UTF-8")
    }
    fields.append((name, value))
  }

  // MARK: Reading

  /// The parameters behind a value: `form-data; name="a"; filename="b;c.csv"`.
  private static func parameters(of text: String) -> [(name: String, value: String)] {
    var parts: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == ";", !isQuoted {
        parts.append("")
        continue
      }
      if scalar == "\"", !isEscaped {
        isQuoted.toggle()
        continue
      }
      // Only a quote is escaped: a path of Windows has backslashes of its own.
      isEscaped = scalar == "\\" && isQuoted && !isEscaped
      if !isEscaped || scalar != "\\" { parts[parts.count - 1].unicodeScalars.append(scalar) }
    }
    return parts.dropFirst().compactMap { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else { return nil }
      // Browsers write a quote in a name as %22.
      // <https://html.spec.whatwg.org/#multipart-form-data>
      return (pair[0].trimmed.lowercased(), pair[1].trimmed.replacing("%22", with: "\""))
    }
  }

  private static func stands(_ text: StaticString, in bytes: [UInt8], at place: Int) -> Bool {
    text.withUTF8Buffer { bytes[min(place, bytes.count)...].starts(with: $0) }
  }

  /// Where a sequence of bytes begins next.
  private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      var place = start
      while place <= bytes.count - wanted.count {
        if bytes[place] == first,
          UnsafeBufferPointer(rebasing: bytes[place..<place + wanted.count]).elementsEqual(wanted)
        {
          return place
        }
        place += 1
      }
      return nil
    }
  }

  private static func wrong(_ what: String, _ chinese: String) -> Anomaly {
    .incorrect("The form cannot be read: \(what)", chinese: "无法读取表单:\(chinese)")
  }
}

extension PageRoutes.Request {
  /// Takes a form that was sent, whatever of the two ways of HTML it was sent in.
  mutating func take(_ bytes: [UInt8], type: String?) throws(Anomaly) {
    isForm = true
    switch MediaRange(type ?? "").name {
    case "multipart/form-data":
      let form = try Multipart(bytes, boundary: try Multipart.boundary(type ?? ""))
      query += form.fields
      files = form.files
    case "application/x-www-form-urlencoded", "":
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .incorrect("The form is not UTF-8", chinese: "表单不是 UTF-8")
      }
      query += try QueryParameters(text).parameters.map { ($0.name, $0.value) }
    case let other:
      throw Anomaly(
        .unsupported, "A form of type \(other.prefix(60)) is not read",
        chinese: "不支持类型为 \(other.prefix(60)) 的表单", status: 415)
    }
  }
}
