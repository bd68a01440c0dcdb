import FHIR
import Testing

@testable import Registries

@Suite("Registration of a birth") struct BirthTests {
  @Test func `a newborn joins the household of the parents, with their address and people`()
    async throws
  {
    let village = try await Village()
    let household = try await village.founded()
    let id = try await village.register(village.birth(), into: household)
    let member = try #require(try await village.registry.household(household).member(id))
    #expect(member.kin == "30" && member.name == "张小禾")
    #expect(member.since?.text == "2026-11-10")
    let child = try await village.tree("Patient/\(id)")
    #expect(child["gender"] == "female" && child["birthDate"] == "2026-11-10")
    #expect(PopulationRegistry.ethnic(of: child) == "01")
    #expect(child["name"]?[0]?["family"] == "张" && child["name"]?[1]?["text"] == "Zhang Xiaohe")
    let home = ResidenceAddress(ResidenceKind.actual.current(of: child))
    #expect(home?.text == "河北省康衢市和安县柳林镇一村1号" && home?.area == "139999101201")
    let registered = ResidenceAddress(ResidenceKind.registered.current(of: child))
    #expect(registered?.area == "139999101201")
  }

  @Test func `mother and father stand in the child's record, and lead there from their own`()
    async throws
  {
    let village = try await Village()
    let household = try await village.founded()
    let id = try await village.register(village.birth(), into: household)
    let relatives = try await village.registry.search("RelatedPerson", "patient=\(id)")
    let trees = try relatives.map { try JSON(parsing: $0.body) }
    #expect(
      Set(trees.compactMap { $0["relationship"]?[0]?["coding"]?[1]?["code"]?.string })
        == ["51", "52"])
    let link = try await village.tree("Patient/wife")["link"]?[0]?["other"]?["reference"]?.string
    #expect(relatives.contains { "RelatedPerson/\($0.key.id)" == link })
  }

  @Test func `the birth is an event of the day it took effect, with who registered it`()
    async throws
  {
    let village = try await Village()
    let household = try await village.founded()
    let id = try await village.register(village.birth(), into: household)
    let event = try #require(try await village.registry.events(about: "Patient/\(id)").first)
    #expect(event.kind == .birth && event.day.text == "2026-11-10" && event.who == "登记员")
    let ofHousehold = try await village.registry.events(about: "Group/\(household)")
    #expect(ofHousehold.map(\.kind) == [.birth, .founding])
  }

  @Test func `a child without a name is called after the mother until it has one`() async throws {
    let village = try await Village()
    let household = try await village.founded()
    let id = try await village.register(village.birth { $0.name = "" }, into: household)
    let child = try await village.tree("Patient/\(id)")
    #expect(child["name"]?[0]?["text"] == "王丽之女" && child["name"]?[0]?["use"] == "temp")
  }

  @Test func `before it is stored, records that may be the same child are shown`() async throws {
    let village = try await Village()
    let household = try await village.founded()
    let first = try await village.register(village.birth(), into: household)
    let again = village.birth { $0.name = "张禾" }
    let outcome = try await village.registry.register(
      again, into: household, by: Village.registrar)
    guard case .suspected(let versions) = outcome else {
      Issue.record("the same child was registered twice")
      return
    }
    #expect(versions.map(\.key.id) == [first])
    // A twin is another child.
    let twin = try await village.register(
      village.birth {
        $0.name = "张小苗"
        $0.isAnother = true
      }, into: household)
    #expect(twin != first)
  }

  @Test func `a form that is sent twice registers one child`() async throws {
    let village = try await Village()
    let household = try await village.founded()
    let seen = try await village.registry.household(household).version
    let notice = village.birth {
      $0.householdVersion = seen
      $0.isAnother = true
    }
    _ = try await village.register(notice, into: household)
    let refusal = try await village.refused {
      _ = try await village.register(notice, into: household)
    }
    #expect(refusal[""]?.contains("已有变更") == true)
    let found = try await village.registry.search("Patient", "birthdate=2026-11-10")
    #expect(found.count == 1)
  }

  @Test func `of thirty-two parallel registrations of one birth one is stored`() async throws {
    let village = try await Village()
    let household = try await village.founded()
    let seen = try await village.registry.household(household).version
    let notice = village.birth {
      $0.householdVersion = seen
      $0.isAnother = true
    }
    let stored = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<32 {
        group.addTask {
          do {
            _ = try await village.registry.register(
              notice, into: household, by: Village.registrar)
            return true
          } catch {
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(stored == 1)
    #expect(try await village.registry.search("Patient", "birthdate=2026-11-10").count == 1)
  }

  @Test func `everything that is wrong is said at once, beside its answer`() async throws {
    let village = try await Village()
    let household = try await village.founded()
    let notice = village.birth {
      $0.name = String(repeating: "张", count: 51)
      $0.day = "２０２６－１３－４０"
      $0.sex = "7"
      $0.certificate = "A12"
      $0.mother = "head"
    }
    let refusal = try await village.refused {
      _ = try await village.register(notice, into: household)
    }
    #expect(refusal["name"]?.contains("51个字") == true)
    #expect(refusal["day"]?.contains("不是有效日期") == true)
    #expect(refusal["sex"]?.contains("代码表") == true)
    #expect(refusal["certificate"]?.contains("1位字母加9位数字") == true)
    #expect(refusal["mother"]?.contains("男性") == true)
  }

  @Test(arguments: [
    ("2026-11-22", "晚于今天"), ("1991-01-01", "不早于孩子"), ("2026-02-30", "不是有效日期"),
    ("二〇二六", "不是有效日期"), ("99999999999", "不是有效日期"),
  ])
  func `a birth lies in the past and in the lives of the parents`(day: String, words: String)
    async throws
  {
    let village = try await Village()
    let household = try await village.founded()
    let refusal = try await village.refused {
      _ = try await village.register(village.birth { $0.day = day }, into: household)
    }
    #expect(refusal.values.joined().contains(words), "\(refusal)")
  }

  @Test func `full-width digits are digits, fifty characters a name, rare characters kept`()
    async throws
  {
    let village = try await Village()
    let household = try await village.founded()
    let name = "张" + String(repeating: "\u{30EDE}\u{20BB7}", count: 24) + "禾"
    let id = try await village.register(
      village.birth {
        $0.day = "２０２６年１１月１０日"
        $0.name = name
        $0.certificate = "Ａ１３００００００１"
      }, into: household)
    let child = try await village.tree("Patient/\(id)")
    #expect(child["name"]?[0]?["text"]?.string == name)
    #expect(child["identifier"]?[0]?["value"] == "A130000001")
    #expect(child["birthDate"] == "2026-11-10")
    // The certificate is that child's and no other's.
    let refusal = try await village.refused {
      _ = try await village.register(
        village.birth {
          $0.certificate = "A130000001"
          $0.isAnother = true
        }, into: household)
    }
    #expect(refusal["certificate"]?.contains("已登记给") == true)
  }
}
