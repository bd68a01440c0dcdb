import Foundation
import Testing

/// `kangqu people link` as it is promised to scripts.
@Suite struct PeopleLinkTests {
  private static let table = """
    id,name,gender,birthDate,idCard,phone,address
    a,王小明,male,1949-12-31,11010519491231002X,13900000001,中山路1号2栋
    b,王　小明,男,1949-12-31,110105491231002,,中山路1-2
    c,李雷,male,1971-05-06,,13900000002,"人民路3号, 4栋"
    d,韩梅梅,女,1982-07-08,110105194912310021,13900000003,解放路5号
    """

  @Test func `links are written, and the truth scores them in one line`() throws {
    let folder = try Folder()
    let input = try folder.file("persons.csv", Self.table)
    let entities = try folder.file("truth.csv", "id,entity\na,1\nb,1\nc,2\nd,3\n")
    let pairs = try folder.file("pairs.csv", "left,right\nb,a\n")
    let (out, apart) = (folder.path + "/out.csv", folder.path + "/apart.csv")
    for truth in [entities, pairs] {
      let done = try Command.run(
        "people", "link", input, "--truth", truth, "--out", out, "--apart", apart)
      #expect(done.status == 0, "\(done.talk)")
      let words = done.output.split(whereSeparator: \.isWhitespace)
      #expect(words.count == 8 && words[6] == "pairs/s")
      #expect(done.output.hasPrefix("precision 1.000000 recall 1.000000 F1 1.000000 pairs/s "))
      let links = try String(contentsOfFile: out, encoding: .utf8).split(separator: "\n")
      #expect(links.count == 2)
      #expect(links.last?.hasPrefix("a,b,") == true)
      let kept = try String(contentsOfFile: apart, encoding: .utf8)
      #expect(kept.contains("5,identityNumber,110105194912310021,identity-number-check-digit"))
    }
  }

  @Test func `a bad line is named, the rest come out, and the exit code is 1`() throws {
    let folder = try Folder()
    let input = try folder.file("persons.csv", Self.table + "\ne,too few\na,王,,,,,\n")
    let done = try Command.run("people", "link", input)
    #expect(done.status == 1)
    #expect(done.talk.contains("persons.csv:6: 2 cells instead of 7"))
    #expect(done.talk.contains("persons.csv:7: the record id “a” is that of line 2 too"))
    #expect(done.output.hasPrefix("records 4 persons 3 links 1 "))
  }

  @Test func `what cannot be read is named`() throws {
    let folder = try Folder()
    let input = try folder.file("persons.csv", Self.table)
    let truth = try folder.file("truth.csv", "id,entity\nz,1\n")
    for (words, told) in [
      (["no.csv"], "no.csv"), ([input, "--truth", truth], "names “z”"),
      ([try folder.file("x.csv", "id,nmae\n")], "“name”"),
    ] {
      let done = try Command.run(["people", "link"] + words)
      #expect(done.status == 1)
      #expect(done.output.isEmpty)
      #expect(done.talk.contains(told), "\(done.talk)")
    }
  }
}
