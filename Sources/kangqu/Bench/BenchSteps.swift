import ArgumentParser
import FHIR
import FHIRSearch
import Validation

/// `kangqu bench steps`: what parsing, validating and indexing cost a resource, in microseconds.
struct BenchSteps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "写入各步骤的耗时 · The cost of each step of a write",
    discussion: """
      EXAMPLE
        kangqu bench steps bundle.json
      """)

  @Argument(help: "文件 · Bundles")
  var files: [String]

  func run() throws {
    let sample = try Sample(bundles: files).documents
    let validator = Validator()
    let extractor = IndexExtractor(ParameterTable.r4)
    let texts = sample.map { Array($0.document.bytes) }
    func microseconds(_ body: () throws -> Void) rethrows -> Double {
      let rate = try Measurement.perSecond {
        try body()
        return sample.count
      }
      return 1e6 / rate
    }
    let parse = try microseconds { for text in texts { _ = try JSONDocument.parse(text) } }
    var issues = 0
    let validate = microseconds {
      for (document, type) in sample { issues += validator.validate(document, as: type).count }
    }
    let index = microseconds {
      for (document, type) in sample { _ = extractor.entries(for: document.root, type) }
    }
    print(#"{"parse":\#(parse),"validate":\#(validate),"index":\#(index)}"#)
  }
}
