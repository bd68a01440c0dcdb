import ArgumentParser
import FHIR
import Validation

/// `kangqu validate`: what is wrong with resources in files.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "校验资源 · Checks resources against FHIR R4",
    discussion: """
      Writes one OperationOutcome a line, in the order of the files and, in
      NDJSON, of the lines. The exit code is 1 when any resource is invalid.
      每个资源输出一行 OperationOutcome;有不合格者退出码为 1。

      EXAMPLE
        kangqu validate patient.json observations.ndjson.gz
      """)

  @Argument(help: "资源文件 · Files: .json .ndjson .xml, also .gz")
  var files: [String]

  func run() throws {
    let validator = Validator(depth: .profiles)
    var areValid = true
    for file in try SourceFile.all(at: files) {
      func check(_ bytes: [UInt8]) {
        let issues = issues(of: bytes, in: file, validator)
        areValid = areValid && issues.areValid
        Output.line(operationOutcome(issues).text)
      }
      do throws(Anomaly) {
        if file.form == .lines {
          let lines = try LineReader(file)
          while let line = try lines.next() { check(line.bytes) }
        } else {
          check(try file.content())
        }
      } catch {
        areValid = false
        Output.line(error.operationOutcome.text)
      }
    }
    if !areValid { throw ExitCode.failure }
  }

  /// All issues of one text; one that cannot be read has that for its issue.
  private func issues(of bytes: [UInt8], in file: SourceFile, _ validator: Validator) -> [Issue] {
    do throws(Anomaly) {
      return validator.validate(try file.document(bytes))
    } catch {
      return [
        Issue(
          .fatal, error.code, at: error.path ?? "", error.message,
          error.chinese ?? error.message)
      ]
    }
  }
}
