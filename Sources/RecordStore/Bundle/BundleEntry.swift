package import FHIR

/// One entry of a batch or transaction. <https://hl7.org/fhir/R4/bundle.html#request>
package struct BundleEntry: Sendable {
  package enum Verb: String, Sendable, CaseIterable {
    case delete = "DELETE"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case get = "GET"
    case head = "HEAD"
  }

  package var fullURL: String?
  package var verb: Verb
  /// As written: `Patient`, `Patient/23` or `Patient?identifier=…`.
  package var url: String
  package var ifNoneExist: String?
  package var ifMatch: String?
  package var ifNoneMatch: String?
  package var ifModifiedSince: String?
  /// The resource alone; for PATCH a Binary with a JSON Patch, or Parameters.
  package var resource: JSONDocument?

  package init(
    _ verb: Verb, _ url: String, fullURL: String? = nil, resource: JSONDocument? = nil,
    ifNoneExist: String? = nil, ifMatch: String? = nil, ifNoneMatch: String? = nil,
    ifModifiedSince: String? = nil
  ) {
    self.verb = verb
    self.url = url
    self.fullURL = fullURL
    self.resource = resource
    self.ifNoneExist = ifNoneExist
    self.ifMatch = ifMatch
    self.ifNoneMatch = ifNoneMatch
    self.ifModifiedSince = ifModifiedSince
  }
}

/// What an entry of a transaction did.
package enum EntryOutcome: Sendable {
  case write(WriteOutcome)
  case read(Version)
  /// A conditional read found the version that the asker has.
  case notModified(Version)
  case search(SearchPage)
}
