"""Terminology: an administrator imports an edition, sees what changes, and maps local codes."""

import tempfile
import urllib.parse
from pathlib import Path

from platform_under_test import PHONE, BrowserTest

ICD = "http://example.org/icd-10-cn"
FIRST = """诊断编码,诊断名称,上级编码
I10,高血压,
I10.x00,特发性高血压,I10
I10.x01,良性高血压,I10
E11,2型糖尿病,
E11.9,2型糖尿病不伴有并发症,E11
J45,哮喘,
"""
SECOND = """诊断编码,诊断名称,上级编码
I10,原发性高血压,
I10.x00,特发性高血压,I10
I10.x01,良性高血压,E11
E11,2型糖尿病,
E11.9,2型糖尿病不伴有并发症,E11
E11.2,2型糖尿病伴有肾的并发症,E11
"""


class Terms(BrowserTest):
    def upload(self, text, version, system=ICD, title="疾病分类代码", settings=None, **answers):
        """The page that answers an uploaded list."""
        page = self.open(
            "/terms/import?system=" + urllib.parse.quote(system, safe=""), **(settings or {}))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{version}.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
            page.set_input_files("#file", str(path))
            page.fill("#version", version)
            page.fill("#title", title)
            for name, value in answers.items():
                page.fill(f"#{name}", value)
            page.get_by_role("button", name="检查并比较").click()
        return page

    def store(self, page):
        page.get_by_role("button", name="保存此版本").click()
        return page

    def test_an_administrator_imports_a_new_edition_and_sees_what_changes(self):
        system = ICD + "/import"
        page = self.store(self.upload(FIRST, "1.0", system, effective="2020-01-01"))
        self.assertIn("疾病分类代码 1.0", page.locator("h1").inner_text())
        page = self.upload(SECOND, "2.0", system, effective="20250101")
        self.assertEqual(
            self.platform.fhir(
                "CodeSystem?url=" + urllib.parse.quote(system, safe=""))["total"], 1,
            "nothing is stored before it is said so")
        counts = page.locator(".changes").inner_text()
        for kind in ["新增", "删除", "改名", "移动"]:
            self.assertIn(kind, counts)
        renamed = page.locator("section", has=page.locator("#renamed")).last
        self.assertIn("原发性高血压", renamed.inner_text())
        moved = page.locator("section", has=page.locator("#moved")).last
        self.assertIn("I10.x01", moved.inner_text())
        self.store(page)
        self.assertIn("2.0", page.locator("h1").inner_text())
        self.assertIn("2025-01-01", page.locator("main").inner_text())
        page.get_by_role("link", name="版本差异").first.click()
        self.assertIn("E11.2", page.locator("main").inner_text())

    def test_a_list_with_a_wrong_column_is_refused_with_the_place(self):
        page = self.upload("疾病,说明文字\nI10,高血压\n", "1", ICD + "/wrong")
        words = page.locator("[role=alert]").inner_text()
        self.assertIn("表头", words)
        self.assertIn("疾病 | 说明文字", words)
        self.assertEqual(page.locator("#version").input_value(), "1", "what was typed is kept")
        wrong = FIRST.replace("J45,哮喘", "J45 0,哮喘").replace("I10.x01,良性高血压", "I10.x01,")
        page = self.upload(wrong, "1", ICD + "/wrong")
        words = page.locator("[role=alert]").inner_text()
        self.assertIn("第 4 行 B 列", words)
        self.assertIn("第 7 行 A 列", words)
        self.assertIn("J450", words, "what it should perhaps say")
        self.store(page)
        self.assertIn("不完整", page.locator("main").inner_text())

    def test_a_code_is_found_by_name_by_code_and_by_initials_without_script(self):
        system = ICD + "/find"
        self.store(self.upload(FIRST.encode("gb18030").decode("gb18030"), "1.0", system, "查找用代码"))
        page = self.open("/terms", java_script_enabled=False)
        for words, name in [("哮喘", "哮喘"), ("J45", "哮喘"), ("xc", "哮喘"), ("lxgxy", "良性高血压")]:
            page.fill("#term", words)
            page.press("#term", "Enter")
            found = page.locator("section", has=page.locator("#found-title")).inner_text()
            self.assertIn(name, found, words)
        page.locator("section", has=page.locator("#found-title")).locator("tr", has_text="查找用代码")\
            .locator("a").first.click()
        self.assertIn("良性高血压", page.locator("h1").inner_text())
        self.assertIn("I10 高血压", page.locator("nav[aria-label=层级]").inner_text())

    def test_local_codes_are_mapped_one_choice_for_each(self):
        self.store(self.upload(FIRST, "1.0", ICD + "/target", "标准诊断"))
        local = "编码,名称\nA1,高血压病\nA2,支气管哮喘\nA3,本院自设项目\n"
        self.store(self.upload(local, "1", ICD + "/local", "本院诊断"))
        page = self.open("/terms/map/new")
        page.select_option("#source", label="本院诊断")
        page.select_option("#target", label="标准诊断")
        page.fill("#title", "本院诊断映射")
        page.get_by_role("button", name="开始映射").click()
        self.assertEqual(page.locator(".maprow").count(), 3)
        page.locator(".maprow", has_text="A1").get_by_label("高血压").first.check()
        page.locator(".maprow", has_text="A2").get_by_label("其他编码").fill("J45")
        page.locator(".maprow", has_text="A3").get_by_label("无对应编码").check()
        stale = page.locator("input[name=version]").first.get_attribute("value")
        page.get_by_role("button", name="保存所选").click()
        self.assertIn("全部编码均已映射", page.locator("main").inner_text())
        page.get_by_role("link", name="已映射").click()
        rows = page.locator("tbody tr").all_inner_texts()
        self.assertEqual(len(rows), 3)
        identity = page.url.split("/")[-1].split("?")[0]
        stored = self.platform.fhir(f"ConceptMap/{identity}")
        self.assertNotEqual(stored["meta"]["versionId"], stale)
        answer = self.platform.fhir(
            "ConceptMap/$translate?code=A2&system=" + urllib.parse.quote(ICD + "/local", safe=""))
        self.assertEqual(answer["parameter"][0]["valueBoolean"], True)

    def test_a_choice_by_an_old_version_is_not_kept(self):
        self.store(self.upload(FIRST, "1.0", ICD + "/t2", "标准二"))
        self.store(self.upload("编码,名称\nA1,高血压\nA2,哮喘\n", "1", ICD + "/l2", "本院二"))
        one = self.open("/terms/map/new")
        one.select_option("#source", label="本院二")
        one.select_option("#target", label="标准二")
        one.fill("#title", "映射二")
        one.get_by_role("button", name="开始映射").click()
        other = self.open(one.url.replace(self.platform.url, ""))
        for page, code in [(one, "A1"), (other, "A2")]:
            page.locator(".maprow", has_text=code).get_by_label("无对应编码").check()
            page.get_by_role("button", name="保存所选").click()
        self.assertEqual(other.locator("[role=alert]").count(), 1)
        self.assertEqual(other.locator(".maprow").count(), 1, "what the first kept is kept")

    def test_data_elements_lead_to_their_value_domains(self):
        self.store(self.upload(
            "值,值含义\n01,居民身份证\n02,居民户口簿\n", "2023", "urn:x:wst364/CV02.01.101",
            "身份证件类别代码表"))
        elements = (
            "数据元标识符,数据元名称,定义,数据元值的数据类型,表示格式,数据元允许值\n"
            "DE02.01.039.00,本人姓名,在公安户籍管理部门正式登记注册的姓氏和名称,S1,A..50,\n"
            "DE02.01.031.00,身份证件类别代码,身份证件所属类别在特定编码体系中的代码,S3,N2,CV02.01.101\n"
            "DE02.01.030.00,身份证件号码,证件上唯一的法定标识符,S1,AN..18,\n"
            "DE02.01.005.01,出生日期,出生当日的公元纪年日期,D9,D8,\n")
        page = self.upload(elements, "2023", "urn:x:wst363", "卫生健康信息数据元")
        words = page.locator("[role=alert]").inner_text()
        self.assertIn("D9", words)
        self.assertIn("第 5 行 D 列", words)
        self.store(page)
        page.get_by_role("link", name="DE02.01.031.00").click()
        self.assertIn("N2", page.locator(".pairs").inner_text())
        page.get_by_role("link", name="CV02.01.101").click()
        self.assertIn("身份证件类别代码表", page.locator("h1").inner_text())

    def test_a_value_set_is_listed_and_no_page_is_wide_on_a_phone(self):
        page = self.open(
            "/terms/set?url=http%3A%2F%2Fhl7.org%2Ffhir%2FValueSet%2Fadministrative-gender")
        self.assertIn("female", page.locator("main").inner_text())
        self.store(self.upload(FIRST, "1.0", ICD + "/phone"))
        for path in [
                "/terms", "/terms?term=gxy", "/terms/import", "/terms/map/new",
                "/terms/system?url=" + urllib.parse.quote(ICD + "/phone", safe=""),
                "/terms/code?code=I10&url=" + urllib.parse.quote(ICD + "/phone", safe="")]:
            page = self.open(path, viewport=PHONE)
            width = page.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, PHONE["width"], path)
