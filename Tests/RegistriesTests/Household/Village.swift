import FHIR
import Foundation
import RecordStore
import RecordStoreSQLite
import Testing
import Validation

@testable import Registries

/// A store on disk that refuses what is no valid R4, a family in it, and a registry before it.
struct Village {
  /// 2026-11-21 10:00 in China.
  static let now = Int64(CivilDay(fhir: "2026-11-21")!.number) * 86_400_000 + 2 * 3_600_000
  static let registrar = Registrar(name: "登记员")

  let store: SQLiteStore
  let registry: PopulationRegistry

  /// Head, wife, the head's mother: 张建国, 王丽, 赵秀英; the household is founded.
  init() async throws {
    let folder = NSTemporaryDirectory() + "kangqu-village-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let validator = Validator(depth: .invariants)
    let settings = StoreSettings(
      clock: { Self.now }, makeID: { UUID().uuidString.lowercased() },
      validate: { (document, _) throws(Anomaly) in
        guard let issue = validator.validate(document).first(where: \.isError) else { return }
        throw .incorrect("\(issue.expression): \(issue.message)")
      })
    store = try SQLiteStore(directory: folder, settings: settings)
    registry = PopulationRegistry(store: store, clock: { Self.now })
    try await put(Self.patient("head", "张建国", "male", "1990-05-01", "139999199005010013"))
    try await put(Self.patient("wife", "王丽", "female", "1992-03-04", nil, group: "03"))
    try await put(Self.patient("elder", "赵秀英", "female", "1962-02-02", nil))
  }

  static func patient(
    _ id: String, _ name: String, _ gender: String, _ birth: String, _ number: String?,
    group: String = "01"
  ) -> JSON {
    var patient: JSON = [
      "resourceType": "Patient", "id": .string(id),
      "extension": [
        [
          "url": .string(CodeList.ethnic.system),
          "valueCodeableConcept": CodeList.ethnic.concept(group),
        ]
      ],
      "name": [["use": "official", "text": .string(name)]], "gender": .string(gender),
      "birthDate": .string(birth),
      "address": [
        [
          "use": "home", "text": "河北省康衢市和安县柳林镇一村1号", "line": ["柳林镇一村1号"],
          "_line": [
            [
              "extension": [
                [
                  "url": .string(RegistrySystem.censusTract),
                  "valueString": "139999101201",
                ]
              ]
            ]
          ],
        ]
      ],
    ]
    patient["identifier"] = number.map {
      [["system": .string(RegistrySystem.identityNumber), "value": .string($0)]]
    }
    return patient
  }

  func put(_ resource: JSON) async throws {
    let type = try #require(resource["resourceType"]?.string)
    let id = try #require(resource["id"]?.string)
    let key = try #require(ResourceKey(reference: "\(type)/\(id)"))
    _ = try await store.write(.update(key, try JSONDocument.parse(resource.encoded())))
  }

  /// The id of the household of all three.
  func founded() async throws -> String {
    let id = try await registry.found(
      head: "head", number: "139999-0001", day: "2015-06-01", because: "", by: Self.registrar)
    try await join(id, "wife", "12")
    try await join(id, "elder", "52")
    return id
  }

  private func join(_ id: String, _ person: String, _ kin: String) async throws {
    var household = try await registry.household(id)
    try household.add(
      "Patient/\(person)", named: PersonEntry.name(of: try await tree("Patient/\(person)")),
      kin: kin, since: try #require(CivilDay(fhir: "2015-06-01")))
    let key = try #require(ResourceKey(reference: "Group/\(id)"))
    _ = try await store.write(
      .update(key, try JSONDocument.parse(household.group.encoded())))
  }

  func tree(_ reference: String) async throws -> JSON {
    try await registry.resource(reference).tree
  }

  /// What an event is refused for: path and Chinese words of every finding.
  func refused(
    _ body: () async throws -> Void
  ) async throws -> [String: String] {
    do {
      try await body()
      Issue.record("nothing was refused")
      return [:]
    } catch let anomaly as Anomaly {
      let all = [anomaly] + anomaly.others
      return Dictionary(
        all.map { ($0.path ?? "", $0.chinese ?? "") }, uniquingKeysWith: { $0 + $1 })
    }
  }

  func birth(_ change: (inout BirthNotice) -> Void = { _ in }) -> BirthNotice {
    var notice = BirthNotice()
    notice.name = "张小禾"
    notice.sex = "2"
    notice.day = "2026-11-10"
    notice.mother = "wife"
    notice.father = "head"
    change(&notice)
    return notice
  }

  func register(_ notice: BirthNotice, into household: String) async throws -> String {
    let outcome = try await registry.register(notice, into: household, by: Self.registrar)
    guard case .registered(let id) = outcome else {
      Issue.record("suspected to be a child on record")
      return ""
    }
    return id
  }
}
