#!/usr/bin/env python3
"""Many people out of few: copies transaction bundles under fresh ids.

  people.py BUNDLES OUT COPIES   writes OUT/bundles/<n>-<file>.json and OUT/bodies.ndjson

Every UUID of a bundle becomes another one in each copy, the same within it, so that all references
still hold. bodies.ndjson has each resource on a line, references as the store keeps them: what the
write floor writes.
"""
import gzip
import hashlib
import json
import pathlib
import re
import sys

UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def renamed(text, copy):
    def fresh(match):
        h = hashlib.md5(match.group() + b"%d" % copy).hexdigest()
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}".encode()

    return UUID.sub(fresh, text) if copy else text


def bodies(text):
    bundle = json.loads(text)
    kinds = {e["fullUrl"]: e["resource"]["resourceType"] for e in bundle["entry"]}
    for entry in bundle["entry"]:
        line = json.dumps(entry["resource"], ensure_ascii=False, separators=(",", ":"))
        yield re.sub(
            r"urn:uuid:([0-9a-f-]{36})",
            lambda m: kinds.get(m.group(), "Resource") + "/" + m.group(1),
            line,
        )


def main(source, out, copies):
    out = pathlib.Path(out)
    (out / "bundles").mkdir(parents=True, exist_ok=True)
    files = sorted(pathlib.Path(source).glob("*.json*"))
    count = 0
    with open(out / "bodies.ndjson", "w", encoding="utf8") as lines:
        for copy in range(copies):
            for file in files:
                text = file.read_bytes()
                if file.suffix == ".gz":
                    text = gzip.decompress(text)
                text = renamed(text, copy)
                name = file.name.removesuffix(".gz").removesuffix(".json")
                (out / "bundles" / f"{copy:04}-{name}.json").write_bytes(text)
                for line in bodies(text):
                    lines.write(line + "\n")
                    count += 1
    print(json.dumps({"people": copies * len(files), "resources": count}))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
