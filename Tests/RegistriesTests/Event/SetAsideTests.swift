import Testing

@testable import Registries

@Suite("Notices kept apart") struct SetAsideTests {
  @Test func `what is refused waits with its answers, reason and place until it is corrected`()
    async throws
  {
    let village = try await Village()
    try await village.registry.setAside(
      "登记新生儿 张建国户", form: "/population/household/1/birth", reason: "出生日期：不是有效日期",
      answers: [("name", "张\u{30EDE}"), ("day", "２０２６０２３０"), ("father", "")],
      by: Village.registrar)
    let waiting = try #require(try await village.registry.waiting().first)
    #expect(waiting.title == "登记新生儿 张建国户" && waiting.reason == "出生日期：不是有效日期")
    #expect(waiting.form == "/population/household/1/birth")
    #expect(waiting.answers.map(\.name) == ["name", "day"])
    #expect(waiting.answers.map(\.value) == ["张\u{30EDE}", "２０２６０２３０"])
    try await village.registry.settle(waiting.id)
    #expect(try await village.registry.waiting().isEmpty)
    #expect(try await village.registry.waiting(waiting.id).answers.count == 2)
  }
}
