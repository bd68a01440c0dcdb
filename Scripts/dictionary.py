#!/usr/bin/env python3
"""Trains the dictionary that a new store packs its first bodies with: Data/store/starter.zdict.

    kangqu seed --residents 400 --seed 7 | Scripts/dictionary.py

Reads resources, one a line, and gives every third in the form in which they are stored to `zstd --train`.
The result depends on the release of zstd; whoever trains again commits the file. A store keeps its copy, so
another starter changes nothing for stores that exist.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

SIZE = 65_536
EVERY = 3
TARGET = pathlib.Path(__file__).parent.parent / "Data/store/starter.zdict"


def stored(line: str) -> bytes:
    """The body as the store keeps it: type and meta first, without what it knows itself."""
    resource = json.loads(line)
    meta = resource.pop("meta", {})
    resource.pop("id", None)
    meta = {name: meta[name] for name in meta if name not in ("versionId", "lastUpdated")}
    body = {"resourceType": resource.pop("resourceType")}
    if meta:
        body["meta"] = meta
    body.update(resource)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(sys.stdin):
            if number % EVERY == 0:
                pathlib.Path(folder, f"{number:07}").write_bytes(stored(line))
        TARGET.parent.mkdir(exist_ok=True)
        subprocess.run(
            ["zstd", "-q", "--train", "-r", folder, f"--maxdict={SIZE}", "-o", str(TARGET), "-f"], check=True
        )


if __name__ == "__main__":
    main()
