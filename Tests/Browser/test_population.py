"""A registrar's day: find a family, register a birth, a death, a move; wrong input refused."""

import datetime

from platform_under_test import PHONE, BrowserTest

KINSHIP = "urn:oid:2.16.156.10011.2.3.3.8"


def kin(member):
    codes = member["extension"][0]["valueCodeableConcept"]["coding"]
    return next(code["code"] for code in codes if code["system"] == KINSHIP)


class Population(BrowserTest):
    used = set()

    def family(self):
        """A household with a head, a wife and nobody else's test in it."""
        for group in self.platform.resources("Group?code=household&_count=200"):
            present = [item for item in group["member"] if not item.get("inactive")]
            kins = {kin(item): item["entity"] for item in present}
            if "02" in kins and "12" in kins and len(present) > 2 and group["id"] not in self.used:
                self.used.add(group["id"])
                return group, kins["02"], kins["12"]
        self.fail("no family")

    def test_a_newborn_is_registered_into_the_household(self):
        group, head, wife = self.family()
        page = self.open("/population")
        page.fill("#who", wife["display"])
        page.press("#who", "Enter")
        if "/household/" not in page.url:
            page.click(f"a[href='/population/household/{group['id']}']")
        page.click("text=登记新生儿")
        page.fill("#name", "康小衢")
        page.select_option("#sex", "2")
        today = datetime.date.today()
        page.fill("#day", (today + datetime.timedelta(days=400)).strftime("%Y%m%d"))
        page.select_option("#mother", label=f"{wife['display']}（妻）")
        page.fill("#certificate", "A1")
        page.press("#certificate", "Enter")
        self.assertIn("晚于今天", page.locator("#day-error").inner_text())
        self.assertIn("9位数字", page.locator("#certificate-error").inner_text())
        self.assertEqual(page.input_value("#name"), "康小衢")
        self.assertEqual(page.input_value("#sex"), "2")
        page.fill("#day", (today - datetime.timedelta(days=2)).strftime("%Y%m%d"))
        page.fill("#certificate", "")
        page.press("#certificate", "Enter")
        if page.locator("#isAnother").count():
            page.check("#isAnother")
            page.click("form.entry button >> nth=0")
        self.assertIn(f"/population/household/{group['id']}", page.url)
        row = page.locator(".members tr", has_text="康小衢")
        self.assertEqual(row.count(), 1)
        self.assertIn(f"母亲 {wife['display']}", row.inner_text())
        self.assertIn("出生", page.locator(".events").inner_text())
        found = self.open(self.query("kang xiaoqu"))
        self.assertIn("康小衢", found.locator(".people").inner_text())
        record = found.locator(".people a", has_text="康小衢")
        record.click()
        found.click("text=所在户")
        self.assertIn(f"/population/household/{group['id']}", found.url)

    def test_a_death_of_the_head_asks_for_another_head(self):
        group, head, wife = self.family()
        page = self.open(f"/population/household/{group['id']}")
        row = page.locator(".members tr", has=page.locator("th", has_text=head["display"])).first
        row.locator("text=死亡").click()
        page.fill("#day", "1850-01-01")
        page.press("#day", "Enter")
        self.assertIn("早于出生日期", page.locator("#day-error").inner_text())
        page.fill("#day", datetime.date.today().isoformat())
        self.assertEqual(page.input_value("#newHead"), wife["reference"].split("/")[1])
        page.fill("#reason", "意外")
        page.press("#reason", "Enter")
        self.assertEqual(page.locator("h1").inner_text(), wife["display"] + "户")
        self.assertIn(head["display"], page.locator("section", has_text="曾有成员").first.inner_text())

    def test_a_change_of_name_keeps_the_old_name_on_record(self):
        group, head, wife = self.family()
        page = self.open(f"/population/person/{wife['reference'].split('/')[1]}/name")
        page.fill("#name", "\U00020BB7\U00030EDE丽")
        page.press("#name", "Enter")
        self.assertIn("\U00020BB7\U00030EDE丽", page.locator(".members").inner_text())
        self.assertIn("变更姓名", page.locator(".events").inner_text())
        record = self.open(f"/Patient/{wife['reference'].split('/')[1]}")
        self.assertIn(wife["display"], record.locator(".facts").inner_text())

    def test_what_is_refused_can_be_kept_apart_and_corrected_later(self):
        group, _, wife = self.family()
        page = self.open(f"/population/household/{group['id']}/birth")
        page.fill("#name", "\U00030EDE待更正")
        page.select_option("#sex", "1")
        page.fill("#day", "２０２６０２３０")
        page.press("#day", "Enter")
        page.click("text=暂存，以后更正")
        row = page.locator("section", has_text="待更正").locator("li", has_text=group["name"])
        self.assertIn("出生日期：", row.inner_text())
        row.locator("a").click()
        self.assertEqual(page.input_value("#name"), "\U00030EDE待更正")
        self.assertEqual(page.input_value("#day"), "２０２６０２３０")
        page.fill("#day", datetime.date.today().isoformat())
        page.press("#day", "Enter")
        if page.locator("#isAnother").count():
            page.check("#isAnother")
            page.click("form.entry button >> nth=0")
        self.assertIn("待更正", page.locator(".members").inner_text())
        page.goto("/population")
        self.assertEqual(page.locator("li", has_text="登记新生儿 " + group["name"]).count(), 0)

    def test_the_household_fits_a_phone_and_works_without_a_script(self):
        group, _, _ = self.family()
        page = self.open(
            f"/population/household/{group['id']}", viewport=PHONE, java_script_enabled=False)
        page.click("text=登记新生儿")
        page.click("form.entry button >> nth=0")
        self.assertIn("请填写此项", page.locator("#day-error").inner_text())
        phone = self.open(f"/population/household/{group['id']}", viewport=PHONE)
        width = phone.evaluate("document.documentElement.scrollWidth")
        self.assertLessEqual(width, PHONE["width"])


class Resources(BrowserTest):
    def test_an_institution_shows_departments_staff_beds_and_licences_that_end(self):
        page = self.open("/resources")
        page.select_option("#level", "5")
        page.click("form.entry button >> nth=0")
        page.locator(".people th a").first.click()
        self.assertIn("人民医院", page.locator("h1").inner_text())
        text = page.locator("main").inner_text()
        for word in ["科室", "设备", "人员", "床位", "统一社会信用代码", "医师执业证书", "护士执业证书"]:
            self.assertIn(word, text)

    def test_institutions_are_listed_by_area(self):
        page = self.open("/resources")
        areas = page.locator("#area option").all_inner_texts()
        page.select_option("#area", label=areas[2])
        page.click("form.entry button >> nth=0")
        rows = page.locator(".people tbody tr")
        self.assertGreater(rows.count(), 0)
        for text in rows.all_inner_texts():
            self.assertIn(areas[2][:2], text)

    def test_a_wrong_credit_code_is_refused_beside_the_field(self):
        page = self.open("/resources/institution/new")
        page.fill("#name", "和安县第二医院")
        page.select_option("#classCode", "A100")
        page.fill("#creditCode", "91350100M000100Y44")
        page.fill("#licenceEnd", "2026-02-30")
        page.press("#name", "Enter")
        self.assertIn("校验码", page.locator("#creditCode-error").inner_text())
        self.assertIn("不是有效日期", page.locator("#licenceEnd-error").inner_text())
        self.assertEqual(page.input_value("#creditCode"), "91350100M000100Y44")
        page.fill("#creditCode", "91350100M000100Y43")
        page.fill("#licenceEnd", "2031-01-01")
        page.press("#name", "Enter")
        self.assertEqual(page.locator("h1").inner_text(), "和安县第二医院")

    def test_staff_are_found_by_name(self):
        person = self.platform.resources("Practitioner?_count=1")[0]
        page = self.open("/resources/staff")
        page.fill("#who", person["name"][0]["text"])
        page.press("#who", "Enter")
        self.assertIn("执业证书", page.locator(".people").inner_text())
