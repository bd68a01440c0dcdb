"""The published FHIR R4 definitions as Python values, and the project's own tables as text."""

import gzip
import json
from pathlib import Path

SOURCE = "HL7 FHIR R4 4.0.1 definitions (hl7.fhir.r4.core 4.0.1), CC0-1.0"
EDITION = "4.0.1, effective 2019-11-01"
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def resources(folder: Path, name: str) -> list[dict]:
    """The resources of one published bundle, in its order."""
    with gzip.open(folder / f"{name}.json.gz") as file:
        return [entry["resource"] for entry in json.load(file)["entry"]]


def extension(holder: dict, name: str):
    """The value of the extension with this (short) name, or None."""
    for item in holder.get("extension", []):
        if item["url"] == STRUCTURE + name:
            return next(value for key, value in item.items() if key.startswith("value"))
    return None


def short(url: str) -> str:
    """A structure definition's URL as the name of what it defines."""
    return url.removeprefix(STRUCTURE)


def field(text) -> str:
    """One field of a table: no tab or line break may stand in it."""
    return " ".join(str(text or "").split())


def write(folder: Path, name: str, title: str, columns: list[str], rows: list[list[str]]) -> None:
    """A table: comment lines of origin and form, then one line per row, fields parted by tabs."""
    lines = [f"# {title}", f"# Source: {SOURCE}", f"# Edition: {EDITION}"]
    lines += [f"# {column}" for column in columns]
    for row in rows:
        assert not any("\t" in item or "\n" in item for item in row), row
        lines.append("\t".join(row).rstrip("\t"))
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows, {(folder / name).stat().st_size} bytes")
