/// What a browser asks for, free of any server: a path, its query and what the person prefers.
package struct PageRequest: Sendable {
  /// Percent-decoded, beginning with `/`.
  package var path: String
  /// The query's items, decoded, in order; those of a form stand behind those of the URL.
  package var query: [(name: String, value: String)]
  /// The header `Accept-Language`.
  package var acceptLanguage: String?
  package var cookies: [String: String]
  /// Whether a form was sent, by `POST`.
  package var isForm: Bool
  /// The files that were sent with the form.
  package var files: [File] = []

  /// A file that was sent with a form.
  package struct File: Sendable {
    /// The field of the form.
    package var field: String
    /// Its name where it came from; not to be used as a path.
    package var name: String
    package var bytes: [UInt8]

    package init(field: String, name: String, bytes: [UInt8]) {
      self.field = field
      self.name = name
      self.bytes = bytes
    }
  }

  package init(
    path: String, query: [(name: String, value: String)] = [], acceptLanguage: String? = nil,
    cookies: [String: String] = [:], isForm: Bool = false
  ) {
    self.path = path
    self.query = query
    self.acceptLanguage = acceptLanguage
    self.cookies = cookies
    self.isForm = isForm
  }

  /// The file sent in a field; nil when none was chosen.
  package func file(_ field: String) -> File? {
    files.first { $0.field == field && !($0.name.isEmpty && $0.bytes.isEmpty) }
  }

  /// The first value of a query item; nil when it is absent or empty.
  package subscript(name: String) -> String? {
    query.first { $0.name == name && !$0.value.isEmpty }?.value
  }
}

/// What the browser gets.
package struct PageReply: Sendable {
  package var status: Int
  package var contentType: String
  package var headers: [(name: String, value: String)] = []
  package var body: [UInt8]

  package init(status: Int = 200, contentType: String, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  package static func html(_ text: String, status: Int = 200) -> PageReply {
    PageReply(status: status, contentType: "text/html; charset=utf-8", body: Array(text.utf8))
  }

  /// Sends the browser to another page, so that reloading it does nothing twice.
  package static func redirect(to path: String) -> PageReply {
    var reply = PageReply(status: 303, contentType: "text/plain", body: [])
    reply.headers = [("Location", path)]
    return reply
  }
}
