import Foundation
import TestSupport
import Testing

@testable import Pages

@Suite("Texts") struct TextsTests {
  private static let folder = Reference.packageRoot.appending(path: "Data/pages")

  @Test func `every text that a template asks for is there in Chinese and in English`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    for file in files where file.hasSuffix(".mustache") {
      let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: /\{\{t\.([A-Za-z0-9]+)\}\}/) {
        #expect(Texts.keys.contains(String(match.1)), "\(file) asks for \(match.1)")
      }
    }
  }

  @Test func `no template has words of its own`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    for file in files where file.hasSuffix(".mustache") {
      let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
      let bare = text.replacing(/\{\{[^}]*\}\}/, with: "").replacing(/<[^>]*>/, with: "")
      let words = bare.matches(of: /[A-Za-z\p{Han}]{2,}/).map { String($0.0) }
      #expect(words.isEmpty, "\(file) says \(words)")
    }
  }

  @Test(arguments: [
    (nil, Language.chinese), ("en", .english), ("en-GB,en;q=0.9", .english),
    ("zh-CN,en;q=0.8", .chinese),
    ("de", .chinese), ("en;q=0.3,zh;q=0.9", .chinese),
  ])
  func `pages are Chinese unless the browser wishes English more`(
    header: String?, language: Language
  ) {
    #expect(Language(PageRequest(path: "/", acceptLanguage: header)) == language)
  }
}
