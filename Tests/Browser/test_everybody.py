"""Pages for everybody: phone, no script, keyboard, large print, axe."""

from axe_playwright_python.sync_playwright import Axe

from platform_under_test import PHONE, BrowserTest
from test_record import SECTIONS


class Everybody(BrowserTest):
    @property
    def paths(self):
        observation = f"/fhir/Observation/{self.platform.observation}"
        code = self.open(self.record + "/vitals").locator(".measures th a").first
        return (
            ["/", self.query(self.platform.name), self.query("不存在的人名"), "/Patient/nobody"]
            + [f"{self.record}/{section}".rstrip("/") for section in SECTIONS]
            + [code.get_attribute("href"), "/index", "/fhir", "/fhir/Patient", observation,
               observation + "/_history/2?compare=1"]
            + ["/cards", f"/cards/person/{self.platform.id}", self.card, "/cards/verify",
               "/cards/coverage"]
            + ["/terms", "/terms/import",
               "/terms/set?url=http://hl7.org/fhir/ValueSet/administrative-gender",
               "/terms/code?url=http://hl7.org/fhir/administrative-gender&code=female"])

    @property
    def card(self):
        """A card that is waiting for its next step, so that every form of its page is there."""
        device = self.platform.resources("Device?status=inactive&_count=1")[0]
        return f"/cards/card/{device['id']}"

    def test_axe_finds_nothing_on_any_page_in_any_size_and_language(self):
        axe = Axe()
        found = []
        for path in self.paths:
            for size in ["normal", "large"]:
                for language in ["zh", "en"]:
                    mark = "&" if "?" in path else "?"
                    page = self.platform.page(f"{path}{mark}size={size}&lang={language}")
                    report = axe.run(page, options={"runOnly": {
                        "type": "tag",
                        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
                                   "best-practice"]}})
                    for violation in report.response["violations"]:
                        node = violation["nodes"][0]
                        found.append(
                            f"{path} {size} {language}: {violation['id']}: {node['html'][:160]} "
                            f"({node['any'][0]['message'] if node['any'] else ''})")
                    page.context.close()
        self.assertEqual(found, [], "\n".join(found))

    def test_no_page_scrolls_sideways_on_a_phone(self):
        wide = []
        for path in self.paths:
            for size in ["normal", "large"]:
                mark = "&" if "?" in path else "?"
                page = self.platform.page(f"{path}{mark}size={size}", viewport=PHONE)
                width = page.evaluate("document.documentElement.scrollWidth")
                if width > PHONE["width"]:
                    wide.append(f"{path} {size}: {width}")
                page.context.close()
        self.assertEqual(wide, [])

    def test_targets_are_large_enough(self):
        small = []
        for path in ["/", self.query(self.platform.name), self.record, self.record + "/results"]:
            for size, least in [("normal", 24), ("large", 44)]:
                mark = "&" if "?" in path else "?"
                page = self.platform.page(f"{path}{mark}size={size}")
                small += page.evaluate(
                    """([least, path]) => [...document.querySelectorAll('a, button, input, summary')]
                      .filter(node => node.offsetParent && !node.classList.contains('skip')
                        && node.getBoundingClientRect().height < least - 0.5)
                      .map(node => path + ' ' + least + ': ' + node.outerHTML.slice(0, 90))""",
                    [least, path])
                page.context.close()
        self.assertEqual(small, [], "\n".join(small[:20]))

    def test_everything_works_without_script(self):
        page = self.open("/", java_script_enabled=False)
        page.fill("#find", self.platform.name)
        page.press("#find", "Enter")
        page.locator(f".people a[href='/Patient/{self.platform.id}']").click()
        self.assertEqual(page.locator("h1").inner_text(), self.platform.name)
        page.locator(".visit summary").first.click()
        self.assertTrue(page.locator(".visit dl a").first.is_visible())
        page.locator(".tabs a").nth(4).click()
        self.assertTrue(page.url.endswith("/results"))

    def test_the_keyboard_alone_reaches_a_record(self):
        page = self.open("/fhir")
        page.keyboard.press("/")
        page.keyboard.type(self.platform.number)
        page.keyboard.press("Enter")
        page.wait_for_url("**" + self.record)
        page.keyboard.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.className"), "skip")
        page.keyboard.press("Enter")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                break
        page.keyboard.press("Enter")
        self.assertEqual(page.locator("details[open]").count(), 1)

    def test_a_choice_of_language_and_size_is_kept(self):
        page = self.open("/")
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name="Large print").click()
        page.goto(self.record)
        self.assertEqual(page.locator("html").get_attribute("lang"), "en")
        self.assertEqual(page.locator("html").get_attribute("class"), "large")
        self.assertEqual(page.locator(".tabs a").first.inner_text(), "Timeline")
