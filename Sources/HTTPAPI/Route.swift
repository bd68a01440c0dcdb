import FHIR
import RecordStore

/// The methods of the RESTful API. <https://hl7.org/fhir/R4/http.html#summary>
enum Verb: Int, CaseIterable, Sendable {
  case get, post, put, patch, delete

  init?(_ name: String) {
    switch name {
    case "GET", "HEAD": self = .get
    case "POST": self = .post
    case "PUT": self = .put
    case "PATCH": self = .patch
    case "DELETE": self = .delete
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .get: "GET"
    case .post: "POST"
    case .put: "PUT"
    case .patch: "PATCH"
    case .delete: "DELETE"
    }
  }
}

/// A place below the base URL, read from a path. <https://hl7.org/fhir/R4/http.html#summary>
struct Route: Sendable {
  /// The forms of a path; its names are what the log and the figures show instead of ids.
  enum Shape: Int, CaseIterable, Sendable {
    case base, metadata, smartConfiguration, systemHistory, systemSearch
    case type, typeHistory, typeSearch
    case instance, instanceHistory, version
    case compartment, compartmentSearch
    case systemOperation, typeOperation, instanceOperation

    var template: String {
      switch self {
      case .base: "/fhir"
      case .metadata: "/fhir/metadata"
      case .smartConfiguration: "/fhir/.well-known/smart-configuration"
      case .systemHistory: "/fhir/_history"
      case .systemSearch: "/fhir/_search"
      case .type: "/fhir/[type]"
      case .typeHistory: "/fhir/[type]/_history"
      case .typeSearch: "/fhir/[type]/_search"
      case .instance: "/fhir/[type]/[id]"
      case .instanceHistory: "/fhir/[type]/[id]/_history"
      case .version: "/fhir/[type]/[id]/_history/[vid]"
      case .compartment: "/fhir/[type]/[id]/[type]"
      case .compartmentSearch: "/fhir/[type]/[id]/[type]/_search"
      case .systemOperation: "/fhir/$[name]"
      case .typeOperation: "/fhir/[type]/$[name]"
      case .instanceOperation: "/fhir/[type]/[id]/$[name]"
      }
    }
  }

  var shape: Shape
  var type: TypeID?
  var id = ""
  var version = 0
  /// The type that is searched in a compartment; nil for all, written `*`.
  var member: TypeID?
  /// The name of an operation, without `$`.
  var operation = ""

  /// The resource meant, where the path names one.
  var key: ResourceKey? {
    guard let type, !id.isEmpty else { return nil }
    return ResourceKey(type: type, id: id)
  }

  private init(_ shape: Shape, _ type: TypeID? = nil, id: String = "") {
    self.shape = shape
    self.type = type
    self.id = id
  }

  /// Reads what stands behind the base URL, such as `Patient/23/_history/2`.
  init(path: some StringProtocol) throws(Anomaly) {
    // By bytes: characters would cost more than all the rest of a read.
    let parts = Substring(path).utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    guard let first = parts.first else {
      self.init(.base)
      return
    }
    switch try Self.name(first) {
    case "metadata" where parts.count == 1: self.init(.metadata)
    case "_history" where parts.count == 1: self.init(.systemHistory)
    case "_search" where parts.count == 1: self.init(.systemSearch)
    case ".well-known" where parts.count == 2 && parts[1] == "smart-configuration":
      self.init(.smartConfiguration)
    case let name where name.hasPrefix("$") && parts.count == 1:
      self.init(.systemOperation)
      operation = String(name.dropFirst())
    case let name:
      guard let type = Schema.r4.type(named: name), Schema.r4.isConcreteResource(type) else {
        throw Self.unknownType(name)
      }
      try self.init(type, parts.dropFirst().map { String($0) })
    }
  }

  /// Reads what stands behind a type.
  private init(_ type: TypeID, _ rest: [String]) throws(Anomaly) {
    guard let first = rest.first else {
      self.init(.type, type)
      return
    }
    let name = try Self.name(first)
    if rest.count == 1 {
      switch name {
      case "_history": self.init(.typeHistory, type)
      case "_search": self.init(.typeSearch, type)
      case _ where name.hasPrefix("$"):
        self.init(.typeOperation, type)
        operation = String(name.dropFirst())
      default: self.init(.instance, type, id: try Self.id(name))
      }
      return
    }
    self.init(.instance, type, id: try Self.id(name))
    let second = try Self.name(rest[1])
    switch (second, rest.count) {
    case ("_history", 2): shape = .instanceHistory
    case ("_history", 3):
      guard let number = Int(rest[2]), number > 0 else { throw Self.nothing("version \(rest[2])") }
      shape = .version
      version = number
    case (_, 2) where second.hasPrefix("$"):
      shape = .instanceOperation
      operation = String(second.dropFirst())
    case (_, 2): try search(second, .compartment)
    case (_, 3) where rest[2] == "_search": try search(second, .compartmentSearch)
    default: throw Self.nothing("path")
    }
  }

  /// What is searched for in a compartment.
  private mutating func search(_ name: String, _ shape: Shape) throws(Anomaly) {
    self.shape = shape
    guard name != "*" else { return }
    guard let type = Schema.r4.type(named: name), Schema.r4.isConcreteResource(type) else {
      throw Self.unknownType(name)
    }
    member = type
  }

  private static func name(_ segment: some StringProtocol) throws(Anomaly) -> String {
    guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
    guard let name = PercentEncoding.decode(segment) else {
      throw .incorrect("The path is not percent-encoded UTF-8", chinese: "路径的百分号编码有误")
    }
    return name
  }

  private static func id(_ name: String) throws(Anomaly) -> String {
    guard ResourceKey.isID(name) else {
      throw Anomaly(
        .notFound, "'\(name.prefix(80))' cannot be a logical id: 1 to 64 of A-Z a-z 0-9 - .",
        chinese: "“\(name.prefix(80))”不能作为逻辑标识:只可用 1 至 64 个 A-Z a-z 0-9 - .", code: .value)
    }
    return name
  }

  private static func unknownType(_ name: String) -> Anomaly {
    Anomaly(
      .notFound, "'\(name.prefix(80))' is not a resource type of FHIR R4",
      chinese: "FHIR R4 没有资源类型“\(name.prefix(80))”", code: .notSupported)
  }

  private static func nothing(_ what: String) -> Anomaly {
    .notFound("There is no such \(what.prefix(80))", chinese: "没有此路径或版本")
  }
}

/// `%E5%BA%B7` in paths and queries. <https://www.rfc-editor.org/rfc/rfc3986#section-2.1>
enum PercentEncoding {
  /// The text meant; nil when an escape is cut off or the bytes are not UTF-8.
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var iterator = text.utf8.makeIterator()
    while let byte = iterator.next() {
      if byte == UInt8(ascii: "%") {
        guard let high = iterator.next().flatMap(value), let low = iterator.next().flatMap(value)
        else { return nil }
        bytes.append(high << 4 | low)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The text with everything escaped that is not unreserved.
  static func encode(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
