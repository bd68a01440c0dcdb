import FHIR

/// One `$` operation: where it applies, how it is called, what it does.
///
/// Like the interactions, this table both routes and is published.
/// <https://hl7.org/fhir/R4/operations.html>
struct Operation: Sendable {
  enum Level: Sendable { case system, type, instance }

  /// The name behind the `$`.
  let name: String
  /// The canonical URL of its definition.
  let definition: String
  let levels: Set<Level>
  /// The types that it applies to; nil for all.
  let types: Set<String>?
  /// The definitions of the types where it has one of its own.
  var definitions: [String: String] = [:]
  /// Whether it may be called by GET, because it changes nothing.
  let allowsGet: Bool
  let perform: @Sendable (Call) async throws(Anomaly) -> Reply

  static let all: [Operation] = [
    validate, fhirpath, meta, metaAdd, metaDelete, everything, match, merge, unmerge, expand,
    validateCode,
    batchValidateCode, lookup, subsumes, translate, closure,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  func applies(to type: TypeID) -> Bool {
    (levels.contains(.type) || levels.contains(.instance))
      && types?.contains(Schema.r4.name(of: type)) ?? true
  }

  /// Its line in the CapabilityStatement, at a type or for the whole system.
  func capability(of type: String? = nil) -> JSON {
    let definition = type.flatMap { definitions[$0] } ?? definition
    return ["name": .string(name), "definition": .string(definition)]
  }

  /// Performs the operation that a call names, if it exists at that place and by that method.
  static func perform(_ call: Call, at level: Level) async throws(Anomaly) -> Reply {
    let name = call.route.operation
    guard let operation = byName[name], operation.levels.contains(level),
      call.route.type.map(operation.applies) ?? true
    else {
      throw Anomaly(
        .notFound, "There is no operation $\(name.prefix(80)) here",
        chinese: "此处没有操作 $\(name.prefix(80))", code: .notSupported)
    }
    guard operation.allowsGet || call.verb != .get else {
      throw Anomaly(
        .unsupported, "$\(name) is called by POST", chinese: "$\(name) 须用 POST 调用", status: 405)
    }
    return try await operation.perform(call)
  }
}

extension Interaction {
  static let systemOperation = operation(.get, at: .systemOperation, .system)
  static let systemOperationByPost = operation(.post, at: .systemOperation, .system)
  static let typeOperation = operation(.get, at: .typeOperation, .type)
  static let typeOperationByPost = operation(.post, at: .typeOperation, .type)
  static let instanceOperation = operation(.get, at: .instanceOperation, .instance)
  static let instanceOperationByPost = operation(.post, at: .instanceOperation, .instance)

  private static func operation(_ verb: Verb, at shape: Route.Shape, _ level: Operation.Level)
    -> Interaction
  {
    Interaction(by: verb, at: shape) { call async throws(Anomaly) in
      try await Operation.perform(call, at: level)
    }
  }
}

/// The parts of a `Parameters` resource. <https://hl7.org/fhir/R4/parameters.html>
struct OperationInput {
  let document: JSONDocument
  private let parts: [(name: String, cursor: JSONCursor)]

  /// Reads a Parameters resource; parts of other names than these are refused.
  init(_ document: JSONDocument, allowing names: Set<String>) throws(Anomaly) {
    self.document = document
    guard document.root.member("resourceType")?.equals("Parameters") == true else {
      throw .incorrect(
        "The body must be a Parameters resource", chinese: "请求正文须为 Parameters 资源",
        path: "Parameters")
    }
    var parts: [(String, JSONCursor)] = []
    if let list = document.root.member("parameter") {
      for (index, item) in list.children.enumerated() {
        guard let name = item.member("name")?.string, names.contains(name) else {
          throw .incorrect(
            "The parameters here are \(names.sorted().joined(separator: ", "))",
            chinese: "此处的参数为 \(names.sorted().joined(separator: "、"))", code: .notSupported,
            path: "Parameters.parameter[\(index)].name")
        }
        parts.append((name, item))
      }
    }
    self.parts = parts
  }

  /// Whether there is a part of this name.
  func has(_ name: String) -> Bool { parts.contains { $0.name == name } }

  /// The value of a part, in the member that its type says, such as `valueString`.
  func value(_ name: String, _ member: String...) -> JSONCursor? {
    guard let part = parts.first(where: { $0.name == name }) else { return nil }
    for member in member {
      if let value = part.cursor.member(member) { return value }
    }
    return nil
  }

  /// The resource of a part, as a document of its own.
  func resource(_ name: String) throws(Anomaly) -> JSONDocument? {
    guard let cursor = value(name, "resource") else { return nil }
    var bytes: [UInt8] = []
    cursor.write(into: &bytes, isCompact: false)
    return try JSONDocument.parse(bytes)
  }
}
