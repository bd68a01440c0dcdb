import ArgumentParser
import FHIR
import Foundation

/// `kangqu bench`: parts of the platform measured inside one process; `make bench` sets them beside
/// floors.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "测量 · Measures parts of the platform, as JSON",
    discussion: """
      EXAMPLE
        kangqu bench json bundle.json
      """,
    subcommands: [
      BenchJSON.self, BenchFHIRPath.self, BenchSteps.self, BenchRoute.self, BenchTerms.self,
      BenchMatch.self,
    ])
}

/// The time that a measurement takes, and how it counts.
struct Measurement {
  static let seconds = 3.0

  /// Calls `body` again and again; the sum of what it gives, by second.
  static func perSecond(_ body: () throws -> Int) rethrows -> Double {
    let clock = ContinuousClock()
    _ = try body()
    let start = clock.now
    var count = 0
    repeat { count += try body() } while start.duration(to: clock.now) < .seconds(seconds)
    return Double(count) / (start.duration(to: clock.now) / .seconds(1))
  }
}

/// The resources of some bundles, each read into a document of its own.
struct Sample {
  let documents: [(document: JSONDocument, type: TypeID)]

  init(bundles: [String], only type: String? = nil) throws {
    var documents: [(document: JSONDocument, type: TypeID)] = []
    for path in bundles {
      let bundle = try JSON(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
      for entry in bundle["entry"]?.items ?? [] {
        guard let resource = entry["resource"], let name = resource["resourceType"]?.string,
          let id = Schema.r4.type(named: name), type == nil || type == name
        else { continue }
        documents.append((try JSONDocument.parse(resource.encoded()), id))
      }
    }
    self.documents = documents
  }
}
