import ArgumentParser
import FHIR
import FHIRPath

/// `kangqu bench fhirpath`: evaluations a second of an expression that was read once.
struct BenchFHIRPath: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fhirpath", abstract: "求值 FHIRPath · Evaluates FHIRPath",
    discussion: """
      EXAMPLE
        kangqu bench fhirpath Observation.code.coding.code bundle.json
      """)

  @Argument(help: "表达式,以资源类型开头 · The expression, a resource type first")
  var expression: String

  @Argument(help: "文件 · Bundles")
  var files: [String]

  func run() throws {
    let name = String(expression.prefix { $0 != "." })
    guard let type = Schema.r4.type(named: name) else {
      throw ValidationError("\(expression): \(name)?")
    }
    let sample = try Sample(bundles: files, only: name).documents
    let path = try CompiledPath(parsing: expression, on: type)
    var found = 0
    let environment = Environment(now: PartialDate(milliseconds: World.now()))
    let rate = try Measurement.perSecond {
      for (document, _) in sample {
        try path.forEach(on: document.root, environment) { _, _ in found += 1 }
      }
      return sample.count
    }
    print(#"{"perSecond":\#(rate),"found":\#(found > 0)}"#)
  }
}
