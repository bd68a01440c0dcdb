package import FHIR
package import RecordStore

/// A medical institution of the resource registry, as an `Organization` tells it.
///
/// What it is stands in `Organization.type`, coded by WS 218, grade and legal form, so that the
/// standard search finds it by each; numbers and licences are identifiers with their periods.
/// IHE mCSD §1:46.1; WS/T 790.7 医疗卫生机构注册服务.
package struct Institution: Sendable {
  package let id: String
  package let version: Int
  package let name: String
  package let isActive: Bool
  package let creditCode: String?
  /// 医疗机构执业许可证.
  package let licence: Licence?
  /// WS 218-2002.
  package let classCode: String?
  package let level: String?
  package let standing: String?
  /// GB/T 20091 or the words of the source.
  package let ownership: String?
  package let address: ResidenceAddress?
  package let phone: String?
  /// The id of what it is part of.
  package let parent: String?

  static let ownershipSystem = "\(RegistrySystem.project).53"

  package init(_ version: Version) throws(Anomaly) {
    id = version.key.id
    self.version = version.version
    let tree = try JSON(parsing: version.body)
    name = tree["name"]?.string ?? ""
    isActive = tree["active"]?.bool ?? true
    func identifier(_ system: String) -> JSON? {
      let all = (tree["identifier"]?.items ?? []).filter { $0["system"]?.string == system }
      return all.first { $0["use"]?.string != "old" } ?? all.first
    }
    creditCode = identifier(RegistrySystem.creditCode)?["value"]?.string
    licence = identifier(RegistrySystem.practiceLicence).map {
      Licence(kind: "医疗机构执业许可证", number: $0["value"]?.string, period: $0["period"])
    }
    let types = tree["type"]?.items ?? []
    func type(_ list: CodeList) -> String? {
      types.lazy.compactMap { list.code(in: $0) }.first { _ in true }
    }
    classCode = type(.institutionClass)
    level = type(.level)
    ownership =
      types.first {
        $0["coding"]?[0]?["system"]?.string == Self.ownershipSystem
      }?["text"]?.string
    standing =
      tree["extension"]?.items.first { $0["url"]?.string == CodeList.standing.system }
      .flatMap { CodeList.standing.code(in: $0["valueCodeableConcept"]) }
    address = ResidenceAddress(tree["address"]?[0])
    phone = tree["telecom"]?.items.first { $0["system"]?.string == "phone" }?["value"]?.string
    parent = tree["partOf"]?["reference"]?.string
  }
}

/// A licence with its validity 执业证书、许可证.
package struct Licence: Hashable, Sendable {
  /// Licences that end within so many days are shown as about to expire.
  ///
  /// 护士条例 (2008) §10 lets a nurse renew within the last 30 days; three months give time to ask.
  package static let noticeInDays = 90

  package enum Standing: String, Sendable {
    case valid, expiring, expired
    /// No end is told: physicians' licences have none.
    case open
    case notYet
  }

  package let kind: String
  package let number: String?
  package let start: CivilDay?
  package let end: CivilDay?

  init(kind: String, number: String?, period: JSON?) {
    self.kind = kind
    self.number = number
    start = CivilDay(fhir: period?["start"]?.string)
    end = CivilDay(fhir: period?["end"]?.string)
  }

  package func standing(on day: CivilDay) -> Standing {
    if let start, day < start { return .notYet }
    guard let end else { return .open }
    if day > end { return .expired }
    return end < day.adding(days: Self.noticeInDays) ? .expiring : .valid
  }
}
