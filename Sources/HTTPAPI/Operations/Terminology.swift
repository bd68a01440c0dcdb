import FHIR
import RecordStore
import Terminology

/// The operations of a terminology service over what is stored and what FHIR defines.
///
/// <https://hl7.org/fhir/R4/terminology-service.html>
extension Operation {
  static let expand = terminology(.expand, at: ["ValueSet"])
  static let validateCode = terminology(.validateCode, at: ["ValueSet", "CodeSystem"])
  /// <https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/>
  static let batchValidateCode = terminology(
    .batchValidateCode, at: ["ValueSet", "CodeSystem"], levels: [.type], allowsGet: false)
  static let lookup = terminology(.lookup, at: ["CodeSystem"], levels: [.type])
  static let subsumes = terminology(.subsumes, at: ["CodeSystem"])
  static let translate = terminology(.translate, at: ["ConceptMap"])

  private static func terminology(
    _ operation: TerminologyOperation, at types: [String],
    levels: Set<Level> = [.type, .instance], allowsGet: Bool = true
  ) -> Operation {
    let definitions = types.map {
      ($0, "http://hl7.org/fhir/OperationDefinition/\($0)-\(operation.rawValue)")
    }
    return Operation(
      name: operation.rawValue, definition: definitions[0].1, levels: levels, types: Set(types),
      definitions: Dictionary(uniqueKeysWithValues: definitions), allowsGet: allowsGet
    ) { call async throws(Anomaly) in
      let question = try TerminologyInput(call).question
      let library = try await call.endpoint.definitions.library(call.endpoint.store)
      var asked = TerminologyCall(
        operation, of: Schema.r4.name(of: try call.type()), library: library, question: question,
        timestamp: Instant(milliseconds: call.endpoint.effects.now()).text,
        identifier: uuid(call.endpoint.effects))
      asked.acceptLanguage = call.acceptLanguage
      asked.subject = try await subject(of: call)
      do throws(Anomaly) {
        return Reply(status: 200, try asked.answer())
      } catch {
        let inChinese = call.acceptLanguage?.hasPrefix("zh") ?? false
        return Reply(
          status: error.status ?? error.category.status,
          error.terminologyOutcome(inChinese: inChinese))
      }
    }
  }

  /// The resource by whose id the operation was called.
  private static func subject(of call: Call) async throws(Anomaly) -> JSON? {
    guard let key = call.route.key else { return nil }
    guard let version = try await call.endpoint.store.read(key) else {
      throw .notFound("\(key) does not exist", chinese: "\(key) 不存在")
    }
    guard !version.isDeleted else {
      throw .gone("\(key) was deleted", chinese: "\(key) 已删除")
    }
    let document = try JSONDocument.parse(version.body)
    defer { withExtendedLifetime(document) {} }
    guard Schema.r4.name(of: key.type) == "CodeSystem" else { return JSON(document) }
    // A code system is in the library; only its name is needed.
    var subject: JSON = ["resourceType": "CodeSystem"]
    for name in ["url", "version"] {
      if let text = document.root.member(name)?.string { subject[name] = .string(text) }
    }
    return subject
  }

  /// `urn:uuid:…` of random numbers. <https://www.rfc-editor.org/rfc/rfc9562#section-5.4>
  private static func uuid(_ effects: Effects) -> String {
    let high = effects.random() & ~0xF000 | 0x4000
    let low = effects.random() & ~(3 << 62) | (2 << 62)
    let digits = [high, low].map { number in
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
    var groups: [Substring] = []
    var rest = digits[...]
    for length in [8, 4, 4, 4, 12] {
      groups.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return "urn:uuid:" + groups.joined(separator: "-")
  }
}

/// The parameters of a terminology operation, wherever they stand: in the URL, in the body.
private struct TerminologyInput {
  let question: Question

  /// Parameters that a URL cannot hold.
  private static let complex: Set<String> = [
    "coding", "codeableConcept", "codingA", "codingB", "valueSet", "codeSystem", "conceptMap",
    "tx-resource", "validation", "sourceCoding", "sourceCodeableConcept", "targetCoding",
    "targetCodeableConcept",
  ]

  /// How the one resource of an operation is named when it is the whole body.
  /// <https://hl7.org/fhir/R4/operations.html#request>
  private static let names = [
    "ValueSet": "valueSet", "CodeSystem": "codeSystem", "ConceptMap": "conceptMap",
  ]

  init(_ call: Call) throws(Anomaly) {
    var parts: [Question.Part] = []
    for parameter in call.parameters.parameters
    where !QueryParameters.general.contains(parameter.name) {
      guard !Self.complex.contains(parameter.name) else {
        throw .incorrect(
          "The parameter \(parameter.name) cannot stand in a URL; send it by POST in a Parameters "
            + "resource",
          chinese: "参数 \(parameter.name) 不能写在 URL 中,请用 POST 放在 Parameters 资源里",
          code: .notSupported, path: parameter.name)
      }
      parts.append(Question.Part(name: parameter.name, value: .string(parameter.value)))
    }
    if call.verb == .post {
      let document = try call.resource()
      let resource = JSON(document)
      if let type = resource["resourceType"]?.string, let name = Self.names[type] {
        parts.append(Question.Part(name: name, value: resource))
      } else {
        parts += try Question(resource).parts
      }
    }
    question = Question(parts)
  }
}
