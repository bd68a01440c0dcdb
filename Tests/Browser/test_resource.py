"""Reading one resource: its source, its versions, what changed."""

from platform_under_test import BrowserTest


class Resource(BrowserTest):
    def test_two_versions_of_a_resource_are_compared(self):
        page = self.open(f"/fhir/Observation/{self.platform.observation}")
        self.assertGreaterEqual(page.locator(".versions li").count(), 2)
        page.locator(".versions li a", has_text="与此版比较").first.click()
        self.assertIn("复核一致", page.locator("#difference").inner_text())

    def test_a_resource_leads_back_to_the_whole_record(self):
        page = self.open(f"/fhir/Observation/{self.platform.observation}")
        page.get_by_role("link", name="整份档案").click()
        self.assertTrue(page.url.endswith(self.record))

    def test_a_search_is_built_and_run(self):
        page = self.open("/fhir?type=Observation")
        page.locator("#p1").select_option("status")
        page.fill("#v1", "final")
        page.locator("form[action='/build'] button").click()
        self.assertIn("/fhir/Observation?status=final", page.url)
        self.assertGreater(page.locator("tbody tr").count(), 3)
