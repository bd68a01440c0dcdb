"""Reading a person's record."""

import re
import subprocess
import tempfile
from pathlib import Path

from platform_under_test import BrowserTest

SECTIONS = [
    "", "problems", "medicines", "allergies", "results", "vitals", "documents", "immunizations",
    "family", "all",
]


class Record(BrowserTest):
    def test_the_head_names_the_person_and_hides_numbers_until_asked(self):
        page = self.open(self.record)
        head = page.locator(".person").inner_text()
        self.assertIn(self.platform.name, head)
        self.assertIn("岁", head)
        self.assertNotIn(self.platform.number, page.content())
        page.get_by_role("link", name="显示全号").click()
        self.assertIn(self.platform.number, page.locator(".facts").inner_text())

    def test_an_encounter_opens_to_everything_in_it_and_leads_to_its_resource(self):
        page = self.open(self.record)
        visit = page.locator(".visit", has=page.locator("details")).first
        visit.locator("summary").click()
        link = visit.locator("dl a").first
        self.assertTrue(link.is_visible())
        address = link.get_attribute("href")
        link.click()
        self.assertTrue(page.url.endswith(address))
        self.assertIn(address.split("/")[2], page.locator("h1").inner_text())

    def test_encounters_stand_newest_first(self):
        page = self.open(self.record)
        days = [node.get_attribute("datetime") for node in page.locator(".when time").all()]
        self.assertGreater(len(days), 3)
        self.assertEqual(days, sorted(days, reverse=True))

    def test_every_section_opens_from_its_tab(self):
        page = self.open(self.record)
        for index in range(page.locator(".tabs a").count()):
            page.locator(".tabs a").nth(index).click()
            self.assertEqual(page.locator(".tabs a[aria-current=page]").count(), 1)
            self.assertGreaterEqual(page.locator("main h2").count(), 1)

    def test_a_test_shows_its_course_with_points_that_lead_to_results(self):
        page = self.open(self.record + "/vitals")
        page.locator(".measures tbody tr", has=page.locator("svg")).first.locator("th a").click()
        self.assertTrue(page.locator("svg.trend title").first.inner_html())
        points = page.locator("svg.trend a")
        self.assertGreater(points.count(), 1)
        self.assertRegex(points.first.get_attribute("href"), r"^/fhir/Observation/")

    def test_values_that_are_not_usual_say_so_in_words(self):
        page = self.open(self.record + "/all")
        flags = page.locator(".flag").all_text_contents()
        self.assertTrue(flags)
        self.assertTrue(all(re.search("偏高|偏低|异常", flag) for flag in flags), flags[:5])

    def test_paper_has_the_whole_record(self):
        page = self.open(self.record + "/all")
        names = [
            name for name in page.locator("#medicines a, #problems a").all_inner_texts() if name]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "record.pdf"
            page.pdf(path=str(path), format="A4")
            text = subprocess.run(
                ["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True
            ).stdout
        plain = re.sub(r"\s", "", text)
        for name in [self.platform.name] + names:
            self.assertIn(re.sub(r"\s", "", name), plain)
        self.assertNotIn("大字版", text)
        for name in page.locator(".visit dl dd a").evaluate_all(
                "nodes => nodes.slice(0, 20).map(node => node.textContent)"):
            self.assertIn(re.sub(r"\s", "", name), plain, "what is folded on screen is printed")
