"""Finding a person."""

from platform_under_test import BrowserTest


class People(BrowserTest):
    def test_the_start_page_tells_what_the_platform_holds(self):
        page = self.open("/")
        self.assertEqual(page.locator("html").get_attribute("lang"), "zh-Hans")
        self.assertEqual(page.locator("h1").inner_text(), "查找居民")
        people = self.platform.fhir("Patient?_summary=count")["total"]
        self.assertEqual(page.locator(".figures b").first.inner_text(), f"{people:,}")
        self.assertGreater(page.locator(".people tbody tr").count(), 3)

    def test_a_person_is_found_by_name_and_opened(self):
        page = self.open("/")
        page.fill("#find", self.platform.name)
        page.press("#find", "Enter")
        row = page.locator(f".people a[href='/Patient/{self.platform.id}']")
        row.click()
        self.assertEqual(page.locator("h1").inner_text(), self.platform.name)

    def test_pinyin_is_found_in_any_order_joined_and_by_first_letters(self):
        family, given = self.platform.family, self.platform.given
        for text in [f"{family} {given}", f"{given} {family}", family + given]:
            page = self.open(self.query(text))
            found = page.locator(f".people a[href='/Patient/{self.platform.id}']")
            self.assertEqual(found.count(), 1, text)

    def test_an_identity_number_opens_its_owner_at_once(self):
        page = self.open(self.query(self.platform.number))
        self.assertTrue(page.url.endswith(self.record), page.url)

    def test_a_telephone_finds_who_answers_it(self):
        phone = self.platform.patient["telecom"][0]["value"]
        page = self.open(self.query(phone))
        self.assertGreaterEqual(
            page.locator(f".people a[href='/Patient/{self.platform.id}']").count(), 1)

    def test_lists_show_no_whole_numbers(self):
        text = self.open(self.query(self.platform.name)).content()
        self.assertNotIn(self.platform.number, text)
        self.assertIn(self.platform.number[:3] + "*" * 11 + self.platform.number[-4:], text)

    def test_the_dead_are_marked(self):
        dead = self.platform.resources("Patient?deceased=true&_count=1")[0]
        page = self.open(self.query(dead["name"][0]["text"]))
        row = page.locator(".people tr", has=page.locator(f"a[href='/Patient/{dead['id']}']"))
        self.assertIn("已故", row.inner_text())

    def test_long_lists_have_pages(self):
        letter = next(
            letter for letter in "lwzyxch"
            if self.platform.fhir(f"Patient?name={letter}&_summary=count")["total"] > 20)
        page = self.open(self.query(letter))
        first = page.locator(".people tbody th").all_inner_texts()
        page.locator("a[rel=next]").click()
        second = page.locator(".people tbody th").all_inner_texts()
        self.assertTrue(second and not set(first) & set(second))

    def test_whoever_does_not_exist_is_said_not_to(self):
        page = self.open(self.query("不存在的人名"))
        self.assertIn("没有找到", page.locator("[role=status]").inner_text())
