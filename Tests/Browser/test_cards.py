"""A resident health card: issued, shown, verified on a second page, revoked, refused."""

from platform_under_test import PHONE, BrowserTest


class Cards(BrowserTest):
    def holder(self):
        """A living resident without an electronic card."""
        taken = {
            card["patient"]["reference"]
            for card in self.platform.resources("Device?_count=1000")
            if "electronic" in str(card["type"])}
        return next(
            person for person in self.platform.resources("Patient?deceased=false&_count=200")
            if f"Patient/{person['id']}" not in taken)

    def issue(self):
        person = self.holder()
        page = self.open(f"/Patient/{person['id']}")
        page.get_by_role("link", name="健康卡").last.click()
        page.select_option("#kind", "electronic")
        page.get_by_role("button", name="申领").click()
        self.assertIn("使用中", page.locator("h1").inner_text())
        return page

    def verify(self, page, code):
        page.goto("/cards/verify")
        page.fill("#code", code)
        page.get_by_role("button", name="核验").click()
        return page.locator(".verdict").inner_text()

    def test_a_card_is_issued_shown_verified_on_a_second_page_revoked_and_refused(self):
        page = self.issue()
        card = page.url.split("?")[0]
        page.get_by_role("link", name="出示健康码").click()
        self.assertTrue(page.locator(".symbol svg").is_visible())
        code = page.locator("#code-text").text_content()
        second = self.open("/")
        self.assertIn("核验通过", self.verify(second, code))
        self.assertIn("已使用过", self.verify(second, code))
        self.assertIn("改动", self.verify(second, ("a" if code[0] != "a" else "b") + code[1:]))
        page.reload()
        fresh = page.locator("#code-text").text_content()
        self.assertNotEqual(fresh, code)
        page.goto(card)
        page.select_option("#what", "revoke:holder-request")
        page.locator("form:has(#what) button").click()
        self.assertIn("已注销", page.locator("h1").inner_text())
        self.assertIn("挂失或注销", self.verify(second, fresh))

    def test_everything_works_without_a_script_and_on_a_phone(self):
        person = self.holder()
        page = self.open(
            f"/cards/person/{person['id']}", viewport=PHONE, java_script_enabled=False)
        page.select_option("#kind", "bank")
        page.fill("#number", "622202")
        page.get_by_role("button", name="申领").click()
        self.assertIn("校验位", page.locator("#number-error").inner_text())
        self.assertEqual(page.locator("#number").input_value(), "622202")

    def test_the_person_is_found_from_the_menu(self):
        page = self.open("/")
        page.locator("header nav").get_by_role("link", name="健康卡").click()
        page.fill("#who", self.platform.number)
        page.press("#who", "Enter")
        self.assertTrue(page.url.endswith("/cards/person/" + self.platform.id), page.url)

    def test_coverage_opens_to_the_people_behind_a_number(self):
        page = self.open("/cards/coverage")
        link = page.locator(".total a").first
        number = int(link.inner_text().replace(",", ""))
        self.assertGreater(number, 60)
        link.click()
        self.assertEqual(
            page.locator("h1 .number").inner_text().replace(",", ""), str(number))

    def test_a_phone_shows_every_page_without_scrolling_sideways(self):
        for path in ["/cards", "/cards/verify", "/cards/coverage"]:
            page = self.open(path, viewport=PHONE)
            width = page.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, PHONE["width"], path)
