import Foundation

/// `JSONDecoder` into a small struct: what most Swift servers do with a resource.
struct Bundle: Decodable {
  struct Entry: Decodable {
    var fullUrl: String?
    var resource: Resource
  }

  struct Resource: Decodable {
    var resourceType: String
    var id: String?
    var meta: Meta?
    var status: String?
    var identifier: [Identifier]?
    var code: CodeableConcept?
    var category: [CodeableConcept]?
    var subject: Reference?
    var patient: Reference?
    var encounter: Reference?
    var birthDate: String?
    var gender: String?
    var issued: String?
    var effectiveDateTime: String?
    var valueQuantity: Quantity?
    var onsetDateTime: String?
    var authoredOn: String?
    var recordedDate: String?

    enum CodingKeys: String, CodingKey {
      case resourceType, id, meta, status, code, subject, patient, encounter, birthDate, gender
      case issued, effectiveDateTime, valueQuantity, onsetDateTime, authoredOn, recordedDate
    }
  }

  struct Meta: Decodable { var lastUpdated: String? }
  struct Identifier: Decodable { var system, value: String? }
  struct Coding: Decodable { var system, code: String? }
  struct CodeableConcept: Decodable { var coding: [Coding]? }
  struct Reference: Decodable { var reference: String? }
  struct Quantity: Decodable { var value: Double?; var unit: String? }

  var entry: [Entry]
}

/// `json-floor BUNDLE…` prints the megabytes per second of decoding the files again and again.
@main enum JSONFloor {
  static let runTimeInSeconds = 3.0

  static func main() throws {
    let files = try CommandLine.arguments.dropFirst().map {
      try Data(contentsOf: URL(filePath: $0))
    }
    let decoder = JSONDecoder()
    let start = ContinuousClock.now
    var bytes = 0
    var entries = 0
    repeat {
      for file in files {
        entries += try decoder.decode(Bundle.self, from: file).entry.count
        bytes += file.count
      }
    } while start.duration(to: .now) < .seconds(runTimeInSeconds)
    let seconds = start.duration(to: .now) / .seconds(1)
    print("{\"megabytesPerSecond\":\(Double(bytes) / 1e6 / seconds),\"entries\":\(entries)}")
  }
}
