import FHIR
import Testing

@testable import Pages

@Suite("Form") struct FormTests {
  private let frame = Frame(PageRequest(path: "/"))

  private var form: Form {
    Form(
      action: "/here", submit: "保存",
      [
        FormField("name", "姓名", isRequired: true),
        FormField("birth", "出生日期", .day, hint: "公历"),
        FormField(
          "sex", "性别",
          .choice([
            FormField.Option(value: "1", text: "男"), FormField.Option(value: "2", text: "女"),
          ])),
        FormField("note", "说明", .note), FormField("sure", "已核对", .tick),
        FormField("version", "", .hidden, value: "3"),
      ])
  }

  private func request(_ items: (String, String)...) -> PageRequest {
    PageRequest(path: "/here", query: items.map { (name: $0.0, value: $0.1) }, isForm: true)
  }

  @Test func `every kind of field is drawn well formed, with a label of its own`() {
    let html = Template.form.render(form.values, frame)
    #expect(WellFormed.fault(in: html) == nil)
    for name in ["name", "birth", "sex", "note"] {
      #expect(html.contains("<label for=\"\(name)\">"), "\(name)")
    }
    #expect(html.contains("<input type=\"hidden\" name=\"version\" value=\"3\">"))
  }

  @Test func `what was typed is kept, and the fault stands beside its field`() {
    var form = form
    form.fill(from: request(("name", "　王小丫 "), ("birth", "2031-13-40"), ("sex", "2")))
    form.refuse(
      .incorrect("No such day", chinese: "没有这一天", path: "birth"), .chinese)
    let html = Template.form.render(form.values, frame)
    #expect(html.contains("value=\"王小丫\""))
    #expect(html.contains("value=\"2031-13-40\""))
    #expect(html.contains("<option value=\"2\" selected>女</option>"))
    #expect(html.contains("<p class=\"fault\" id=\"birth-error\">没有这一天</p>"))
    #expect(html.contains("aria-describedby=\"birth-hint birth-error\""))
    #expect(html.contains("<a href=\"#birth\">出生日期</a>"))
  }

  @Test func `a fault of no field stands above the form`() {
    var form = form
    form.refuse(.conflict("Somebody else changed it", chinese: "他人已修改"), .english)
    #expect(Template.form.render(form.values, frame).contains("<li>Somebody else changed it</li>"))
  }

  @Test func `what must be answered is asked for again`() {
    var form = form
    form.fill(from: request(("name", " ")))
    #expect(form.requireAnswers(.chinese) == false)
    #expect(form.fields[0].error == "请填写此项")
    form.fill(from: request(("name", "李雷")))
    #expect(Form(action: "", submit: "", form.fields.suffix(1)).isRefused == false)
  }

  @Test func `markup that is typed is text`() {
    var form = form
    form.fill(from: request(("name", "\"><script>"), ("note", "</textarea><b>")))
    let html = Template.form.render(form.values, frame)
    #expect(!html.contains("<script>") && !html.contains("<b>"))
    #expect(WellFormed.fault(in: html) == nil)
  }
}
