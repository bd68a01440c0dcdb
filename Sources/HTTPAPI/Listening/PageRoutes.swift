/// What people's browsers get: another floor fills it in, this one only asks.
package struct PageRoutes: Sendable {
  /// What a browser asks for.
  package struct Request: Sendable {
    /// Percent-decoded, beginning with `/`.
    package var path: String
    /// Decoded, in order; those of a form that was sent stand behind those of the URL.
    package var query: [(name: String, value: String)]
    package var acceptLanguage: String?
    package var cookies: [String: String]
    /// Whether a form was sent, by `POST`.
    package var isForm: Bool
    /// The files that were sent with the form.
    package var files: [File] = []
  }

  /// A file that was sent with a form.
  package struct File: Sendable {
    /// The field of the form.
    package var field: String
    /// Its name where it came from; not to be used as a path.
    package var name: String
    package var bytes: [UInt8]
  }

  /// A page, or a file that belongs to one.
  package struct Reply: Sendable {
    package var status: Int
    package var contentType: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
      status: Int, contentType: String, headers: [(name: String, value: String)], body: [UInt8]
    ) {
      self.status = status
      self.contentType = contentType
      self.headers = headers
      self.body = body
    }
  }

  /// The page at a path; nil leaves the request to the API, or to "not found".
  package var page: @Sendable (Request) async -> Reply?
  /// Whether a path shows no data, so that it may be seen without signing in.
  package var isPublic: @Sendable (String) -> Bool

  package init(
    isPublic: @escaping @Sendable (String) -> Bool,
    page: @escaping @Sendable (Request) async -> Reply?
  ) {
    self.isPublic = isPublic
    self.page = page
  }
}
