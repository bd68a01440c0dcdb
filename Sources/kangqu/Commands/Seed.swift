import ArgumentParser
import District
import FHIR
import Foundation
import RecordStore

/// `kangqu seed`: a district that never was, the same for the same seed.
struct Seed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "生成演示县区 · Makes a deterministic small district",
    usage: "kangqu seed [--residents <n>] [--seed <n>] [--out <file>] ...",
    discussion: """
      Households, institutions and years of visits, all invented; the same
      options give the same bytes. Writes NDJSON to standard output, to a
      file (.gz is packed), or into a data directory; where that has card
      keys, most residents get cards.
      同样的参数得到同样的数据;人物、机构均为虚构。

      EXAMPLE
        kangqu seed --residents 10000 --seed 7 --out district.ndjson.gz
      """)

  @Option(help: ArgumentHelp("居民人数 · How many residents", valueName: "n"))
  var residents = 1_000

  @Option(help: ArgumentHelp("种子 · Another number, another district", valueName: "n"))
  var seed: UInt64 = 7

  @Option(help: ArgumentHelp("年数 · Years of visits", valueName: "n"))
  var years = LivingDistrict.defaultYears

  @Option(help: ArgumentHelp("疾病密度 · Multiplies the illnesses", valueName: "x"))
  var density = 1.0

  @Option(help: ArgumentHelp("截止日 · The last day", valueName: "date"))
  var ending = "2026-06-30"

  @Option(help: ArgumentHelp("输出文件 · Where to write", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("数据目录 · Store it here instead", valueName: "dir"))
  var data: String?

  @OptionGroup var kek: KeyOptions

  func validate() throws {
    guard out == nil || data == nil else {
      throw ValidationError("Give --out or --data, not both. --out 与 --data 只能选一")
    }
    guard Day(ending) != nil else {
      throw ValidationError("--ending must be a day such as 2026-06-30. --ending 须为日期")
    }
  }

  func run() async throws {
    guard let day = Day(ending) else { throw ExitCode.validationFailure }
    let district = try LivingDistrict(
      residents: residents, seed: seed, endingOn: day, years: years, density: density)
    guard let data else { return try NDJSONFile.write(district, to: out) }
    let place = try DataDirectory.open(data)
    let cards = try kek.keys(in: data).map { keys in
      DistrictCards(keys: keys, seed: seed, now: Instant(milliseconds: World.now()))
    }
    let stored = try await place.using { () async throws(Anomaly) in
      try await Settling(district: district, store: place.store, cards: cards).run()
    }
    Output.line("stored \(stored)")
  }
}
