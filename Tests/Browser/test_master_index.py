"""The master index: a suspected duplicate is settled, a merge undone."""

from axe_playwright_python.sync_playwright import Axe

from platform_under_test import DESK, PHONE, BrowserTest


class MasterIndex(BrowserTest):
    def register(self, name, **others):
        """Puts a source record; tests do not share records."""
        resource = {
            "resourceType": "Patient", "id": name, "gender": "female",
            "birthDate": "1961-07-08", "name": [{"text": "诸葛" + name[-1] + "兰"}], **others}
        self.platform.fhir(f"Patient/{name}", resource)
        return name

    def suspect(self, sign):
        """Two records that may be of one person."""
        one = self.register(f"dup-one-{sign}", address=[{"city": "宜昌市"}])
        other = self.register(f"dup-two-{sign}", address=[{"city": "荆州市"}])
        return one, other

    def test_a_suspected_duplicate_is_settled_and_the_merge_undone(self):
        one, other = self.suspect("a")
        page = self.open("/")
        page.get_by_role("link", name="主索引").click()
        self.assertEqual(page.locator("h1").inner_text(), "疑似重复")
        page.locator(f".duplicates a[href='/index/pair/{one}/{other}']").click()
        table = page.locator(".compare").inner_text()
        self.assertIn("宜昌市", table)
        self.assertIn("不同", page.locator("tr.differs", has_text="住址").inner_text())
        self.assertIn("出生日期", page.locator(".reasons").inner_text())
        page.get_by_label("经办人").fill("周登记")
        page.get_by_role("button", name="同一人", exact=True).click()
        self.assertIn("/index/person/", page.url)
        self.assertEqual(page.locator(".duplicates li").count(), 2)
        self.assertIn("周登记", page.locator(".versions").inner_text())
        record = self.open(f"/Patient/{one}")
        record.get_by_role("link", name="同一人的其他来源记录").click()
        self.assertIn("/index/person/", record.url)
        page.get_by_role("button", name="撤销合并").last.click()
        self.assertIn("来源记录各自独立", page.locator("[role=status]").inner_text())
        self.assertIn("撤销合并", page.locator(".versions").inner_text())
        self.assertEqual(self.platform.fhir(f"Person?link=Patient/{one}")["total"], 0)
        self.assertEqual(self.platform.fhir(f"Patient/{one}")["meta"]["versionId"], "1")

    def test_what_is_held_apart_or_put_off_leaves_the_list(self):
        one, other = self.suspect("b")
        address = f"/index/pair/{one}/{other}"
        page = self.open(address)
        page.get_by_label("经办人").fill("周登记")
        page.get_by_role("button", name="以后再说").click()
        self.assertEqual(page.locator(f"a[href='{address}']").count(), 0)
        page.get_by_role("link", name="以后再说").click()
        page.locator(f"a[href='{address}']").click()
        # Who decides was asked once.
        self.assertEqual(page.get_by_label("经办人").input_value(), "周登记")
        page.get_by_role("button", name="不是同一人").click()
        self.assertEqual(page.locator(f"a[href='{address}']").count(), 0)
        self.assertIn("不是同一人", self.open(address).locator("[role=status]").inner_text())

    def test_it_works_by_keyboard_and_without_scripts(self):
        one, other = self.suspect("c")
        page = self.open(f"/index/pair/{one}/{other}", java_script_enabled=False)
        page.get_by_label("经办人").focus()
        page.keyboard.type("周登记")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/index/person/*")

    def test_a_telephone_shows_it_without_scrolling_sideways(self):
        one, other = self.suspect("d")
        for path in ["/index", f"/index/pair/{one}/{other}"]:
            for viewport in [PHONE, DESK]:
                page = self.open(path, viewport=viewport)
                width = page.evaluate("document.documentElement.scrollWidth")
                self.assertLessEqual(width, viewport["width"], path)

    def test_axe_finds_nothing(self):
        one, other = self.suspect("f")
        page = self.open(f"/index/pair/{one}/{other}")
        pages = [page.url]
        page.get_by_label("经办人").fill("周登记")
        page.get_by_role("button", name="同一人", exact=True).click()
        pages.append(page.url)
        for url in pages:
            page.goto(url)
            violations = Axe().run(page).response["violations"]
            self.assertEqual([found["id"] for found in violations], [], url)

    def test_numbers_are_whole_only_when_asked_for(self):
        number = "110099196107081236"
        system = "urn:oid:2.16.156.10011.1.3"
        one = self.register(
            "dup-one-e", identifier=[{"system": system, "value": number}])
        other = self.register("dup-two-e")
        page = self.open(f"/index/pair/{one}/{other}")
        self.assertNotIn(number, page.content())
        page.get_by_role("link", name="显示完整号码").click()
        self.assertIn(number, page.content())
        self.assertIn("校验码", page.locator(".compare").inner_text())
