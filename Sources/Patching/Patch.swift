package import FHIR
import Foundation

/// A change to a resource, in one of the two languages that FHIR patches in over JSON.
/// <https://hl7.org/fhir/R4/http.html#patch>
package enum Patch: Sendable {
  /// A JSON Patch, <https://www.rfc-editor.org/rfc/rfc6902>.
  case json(JSONPatch)
  /// A FHIRPath Patch, <https://hl7.org/fhir/R4/fhirpatch.html>.
  case fhirPath(PathPatch)

  static let jsonPatchType = "application/json-patch+json"
  /// What a Parameters resource comes as; in XML it has been read as JSON before.
  static let resourceTypes = [
    "application/fhir+json", "application/json", "application/fhir+xml", "application/xml",
    "text/json", "text/xml",
  ]

  /// Reads the body of a PATCH; its content type says which language it is in.
  ///
  /// - Parameter now: what `now()` means in a FHIRPath Patch.
  package init(parsing document: JSONDocument, contentType: String, now: Instant)
    throws(Anomaly)
  {
    let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    switch type {
    case Patch.jsonPatchType: self = .json(try JSONPatch(JSON(document)))
    case _ where Patch.resourceTypes.contains(type):
      self = .fhirPath(try PathPatch(JSON(document), now: now))
    default:
      let types = "\(Patch.jsonPatchType), \(Patch.resourceTypes[0])"
      throw Anomaly(
        .unsupported, "A patch cannot be of type '\(type.prefix(64))'; use one of \(types)",
        chinese: "补丁不能用类型“\(type.prefix(64))”,请用 \(types)", status: 415)
    }
  }

  /// Reads the resource of a PATCH entry in a bundle: a Binary with a JSON Patch, or Parameters.
  /// <https://hl7.org/fhir/R4/http.html#trules>
  package init(entry document: JSONDocument, now: Instant) throws(Anomaly) {
    let resource = JSON(document)
    switch resource["resourceType"]?.string {
    case "Parameters": self = .fhirPath(try PathPatch(resource, now: now))
    case "Binary":
      guard let text = resource["data"]?.string, let data = Data(base64Encoded: text) else {
        throw .incorrect(
          "The Binary has no data in base64", chinese: "Binary 没有 base64 数据",
          path: "Binary.data")
      }
      try self.init(
        parsing: JSONDocument.parse([UInt8](data)),
        contentType: resource["contentType"]?.string ?? "", now: now)
    default:
      throw .incorrect(
        "A PATCH entry holds a Binary with a JSON Patch, or Parameters",
        chinese: "PATCH 条目须含 JSON Patch 的 Binary 或 Parameters", path: "Bundle.entry.resource")
    }
  }

  /// What the resource becomes; all operations or none. Its type and id cannot change.
  package func apply(to document: JSONDocument) throws(Anomaly) -> JSONDocument {
    let before = JSON(document)
    let after: JSON
    switch self {
    case .json(let patch): after = try patch.applied(to: before)
    case .fhirPath(let patch): after = try patch.applied(to: before)
    }
    for name in ["resourceType", "id"]
    where !(after[name] ?? .null).isEqual(to: before[name] ?? .null) {
      throw Anomaly.inapplicable(
        "A patch cannot change \(name)", chinese: "补丁不能修改 \(name)", path: name)
    }
    return try JSONDocument.parse(after.encoded())
  }
}

extension Anomaly {
  /// The patch is well-formed and cannot be applied to this resource.
  /// <https://www.rfc-editor.org/rfc/rfc5789#section-2.2>
  static func inapplicable(_ message: String, chinese: String, path: String? = nil) -> Anomaly {
    .incorrect(message, chinese: chinese, code: .processing, path: path, status: 422)
  }
}
