import Foundation
import Testing

/// An administrator brings in a published list and sees what changes.
@Suite(.serialized) struct TermsTests {
  private static let system = "http://example.org/icd-10"
  private static let first = """
    疾病分类与代码(示例)
    主要编码,疾病名称,章
    I10,高血压,9
    I10.x00,特发性高血压,9
    E11,2型糖尿病,4
    ,无编码,4
    E11,2型糖尿病,4
    """
  private static let second = """
    主要编码,疾病名称,章
    I10,原发性高血压,9
    I10.x00,特发性高血压,9
    I11,高血压性心脏病,9

    """

  private func run(_ folder: Folder, _ file: String, _ edition: String, _ more: String...) throws
    -> Command.Result
  {
    try Command.run(
      [
        "terms", "import", file, "--system", Self.system, "--edition", edition, "--hierarchy",
        "prefix", "--data", folder.path + "/data",
      ] + more)
  }

  @Test func `bad lines are kept apart, and corrected ones are added`() throws {
    let folder = try Folder()
    let file = try folder.file("first.csv", Self.first)
    let refused = folder.path + "/refused.csv"
    let imported = try run(folder, file, "1", "--refused", refused)
    #expect(imported.status == 1)
    #expect(imported.output.contains("imported \(Self.system)|1: 3 codes, 2 refused"))
    #expect(imported.talk.contains("first.csv:6 列 A"), "\(imported.talk)")
    let kept = try String(contentsOfFile: refused, encoding: .utf8)
    #expect(kept.contains("6,A,该行没有编码"), "\(kept)")
    #expect(kept.contains("7,A,编码“E11”与第 5 行重复"))
    let fixed = try folder.file("fixed.csv", "主要编码,疾病名称,章\nE12,营养不良相关性糖尿病,4\n")
    let added = try run(folder, fixed, "1", "--append", "--complete")
    #expect(added.status == 0, "\(added.talk)")
    #expect(added.output.contains("replaced \(Self.system)|1: 4 codes, 0 refused"))
  }

  @Test func `a new edition tells what changes, and importing it twice changes nothing`() throws {
    let folder = try Folder()
    let first = try folder.file("first.csv", Self.first)
    let second = try folder.file("second.csv", Self.second)
    _ = try run(folder, first, "1")
    let checked = try run(folder, second, "2", "--dry-run")
    #expect(checked.output.hasPrefix("checked"))
    let report = folder.path + "/report.csv"
    let imported = try run(folder, second, "2", "--report", report)
    #expect(imported.status == 0, "\(imported.talk)")
    #expect(
      imported.output.contains(
        "against \(Self.system)|1: 1 added, 1 removed, 1 renamed, 0 moved, 0 recoded, 0 retired"),
      "\(imported.output)")
    let text = try String(contentsOfFile: report, encoding: .utf8)
    #expect(text.contains("renamed,I10,高血压,原发性高血压"))
    let again = try run(folder, second, "2")
    #expect(again.output.hasPrefix("unchanged"), "\(again.output)")
    let difference = try Command.run(
      "terms", "diff", "1", "2", "--system", Self.system, "--data", folder.path + "/data")
    #expect(difference.output.contains("added,I11,,高血压性心脏病"), "\(difference.talk)")
  }

  @Test func `a file with a wrong heading is refused whole`() throws {
    let folder = try Folder()
    let file = try folder.file("wrong.csv", "甲,乙\n1,2\n")
    let refused = try run(folder, file, "1")
    #expect(refused.status == 1)
    #expect(refused.talk.contains("甲 | 乙"), "\(refused.talk)")
  }
}
