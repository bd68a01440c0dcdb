import ArgumentParser
import FHIR
import FHIRPath
import Foundation

/// `kangqu fhirpath`: evaluates an expression on a resource in a file.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fhirpath",
    abstract: "计算 FHIRPath 表达式 · Evaluates a FHIRPath expression",
    discussion: """
      Writes a JSON array of {"type","value"}. An error is drawn under the
      expression and the exit code is 1. Put -- before an expression that
      begins with a hyphen. 表达式以减号开头时,前面加 --。

      EXAMPLE
        kangqu fhirpath --resource patient.json "name.given.first()"
        kangqu fhirpath --resource patient.json -- "-1.abs()"
      """)

  @Option(help: ArgumentHelp("资源文件 · The resource, JSON or XML", valueName: "file"))
  var resource: String

  @Argument(help: "表达式 · The expression")
  var expression: String

  func run() throws {
    guard let file = try SourceFile.all(at: [resource]).first else {
      throw Anomaly.notFound("\(resource) is no file", chinese: "\(resource) 不是文件")
    }
    let document = try file.document(try file.content())
    let now = Int64(Date().timeIntervalSince1970 * 1_000)
    let environment = Environment(now: PartialDate(milliseconds: now))
    let values = try Path.evaluate(expression, on: document, environment)
    Output.line(withExtendedLifetime(document) { Value.described(values).text })
  }
}
