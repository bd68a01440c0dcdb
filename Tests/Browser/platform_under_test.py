"""The built program with a seeded district on a port of its own, and a browser before it."""

import datetime
import json
import os
import re
import subprocess
import tempfile
import unittest
import urllib.parse
import urllib.request

from playwright.sync_api import sync_playwright

RESIDENTS = 120
SEED = 7
START_IN_SECONDS = 120
IDENTITY_NUMBER = "urn:oid:2.16.156.10011.1.3"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


class Platform:
    """Seeds a district of people, serves it, and opens pages."""

    current = None

    def __enter__(self):
        program = os.path.abspath(os.environ["KANGQU"])
        self.folder = tempfile.TemporaryDirectory(prefix="kangqu-browser-")
        today = datetime.date.today().isoformat()
        # The key-encryption key of a district that never was.
        environment = dict(os.environ, KANGQU_CARD_KEK="5a" * 16)
        subprocess.run(
            [program, "card", "keys", "init", "--data", self.folder.name, "--region", "和安县",
             "--area", "429900"],
            check=True, stdout=subprocess.DEVNULL, env=environment)
        subprocess.run(
            [program, "seed", "--data", self.folder.name, "--residents", str(RESIDENTS),
             "--seed", str(SEED), "--ending", today],
            check=True, stdout=subprocess.DEVNULL, env=environment)
        self.log = open(os.path.join(self.folder.name, "server.log"), "w+")
        self.server = subprocess.Popen(
            [program, "serve", "--data", self.folder.name, "--listen", "127.0.0.1:0",
             "--no-sign-in"],
            stdout=self.log, stderr=self.log, text=True, env=environment)
        self.url = self._address()
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        self._choose()
        return self

    def __exit__(self, *_):
        self.browser.close()
        self.playwright.stop()
        self.server.terminate()
        self.server.wait(timeout=30)
        self.log.close()
        self.folder.cleanup()

    def _address(self):
        deadline = datetime.datetime.now() + datetime.timedelta(seconds=START_IN_SECONDS)
        while datetime.datetime.now() < deadline:
            with open(self.log.name) as log:
                found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read())
            if found:
                return found[0]
            if self.server.poll() is not None:
                break
            try:
                self.server.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                pass
        with open(self.log.name) as log:
            raise RuntimeError("the server did not start: " + log.read()[-2000:])

    def fhir(self, path, body=None):
        """A FHIR request; a body is put."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/fhir/{path}", data=data, method="GET" if body is None else "PUT",
            headers={"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"})
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def resources(self, path):
        return [entry["resource"] for entry in self.fhir(path).get("entry", [])]

    def _choose(self):
        """The persons that tests look at: one with a long illness, one dead, one with a point."""
        condition = self.resources("Condition?code=I10&_count=1")[0]
        self.patient = self.fhir(condition["subject"]["reference"])
        self.id = self.patient["id"]
        self.name = self.patient["name"][0]["text"]
        sound = next(name for name in self.patient["name"] if name["text"].isascii())
        self.family = sound["family"].lower()
        self.given = sound["given"][0].lower()
        self.number = next(
            item["value"] for item in self.patient["identifier"]
            if item["system"] == IDENTITY_NUMBER and item.get("use") != "old")
        # A second version, so that there is something to compare.
        for observation in self.resources(f"Observation?patient={self.id}&_count=1"):
            self.observation = observation["id"]
            observation["note"] = [{"text": "复核一致"}]
            self.fhir(f"Observation/{self.observation}", observation)

    def page(self, path="/", viewport=DESK, **settings):
        """A new page in a context of its own, Chinese unless told."""
        settings.setdefault("locale", "zh-CN")
        context = self.browser.new_context(viewport=viewport, base_url=self.url, **settings)
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page


class BrowserTest(unittest.TestCase):
    """A test that opens pages and closes them at its end."""

    def setUp(self):
        self.platform = Platform.current
        self.pages = []

    def open(self, path="/", **settings):
        page = self.platform.page(path, **settings)
        self.pages.append(page)
        return page

    def tearDown(self):
        for page in self.pages:
            page.context.close()

    @property
    def record(self):
        return f"/Patient/{self.platform.id}"

    def query(self, text):
        return "/?q=" + urllib.parse.quote(text)
