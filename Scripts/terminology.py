"""Code systems and value sets of FHIR R4, HL7 v3 and HL7 v2 as rows of the project's tables."""

from pathlib import Path

from definitions import extension, field, resources


class Terminology:
    """What the published definitions hold of code systems, and value sets expanded from that."""

    def __init__(self, folder: Path):
        self.systems = {}
        self.value_sets = {}
        for name in ("valuesets", "v3-codesystems", "v2-tables"):
            for item in resources(folder, name):
                kind = self.systems if item["resourceType"] == "CodeSystem" else self.value_sets
                kind.setdefault(item["url"], item)
        self.trees = {url: Tree(item) for url, item in self.systems.items()}

    def code_systems(self) -> list[list[str]]:
        rows = []
        for url, item in sorted(self.systems.items()):
            if not item.get("concept"):
                continue
            case = "" if item.get("caseSensitive", True) else "any"
            rows.append(["S", url, item["content"], case, field(item.get("title", item["name"]))])
            rows += self.trees[url].rows()
        return rows

    def definitions(self) -> list[list[str]]:
        """Every value set as it is defined, without displays."""
        rows = []
        for url, item in sorted(self.value_sets.items()):
            rows.append(["V", url, field(item.get("title", item["name"]))])
            for kind, letter in (("include", "I"), ("exclude", "X")):
                for part in item.get("compose", {}).get(kind, []):
                    filters = [f"{f['property']} {f['op']} {f['value']}"
                               for f in part.get("filter", [])]
                    codes = [concept["code"] for concept in part.get("concept", [])]
                    sets = [plain(set_) for set_ in part.get("valueSet", [])]
                    rows.append([letter, part.get("system", ""), " ".join(sets),
                                 "; ".join(filters)] + codes)
        return rows

    def expansions(self, urls: set[str]) -> list[list[str]]:
        """Value sets with all their codes, or marked open where the definitions hold not all."""
        rows = []
        for url in sorted(urls):
            codes = self.expand(url)
            rows.append(["V", url, "open" if codes is None else "closed"])
            systems = {}
            for system, code in codes or []:
                systems.setdefault(system, {})[code] = None
            rows += [["S", system] + list(codes) for system, codes in systems.items()]
        return rows

    def expand(self, url: str) -> list[tuple[str, str]] | None:
        """The (system, code) pairs of a value set; None when they are not all known."""
        item = self.value_sets.get(plain(url))
        if item is None:
            return None
        found = {}
        for part in item["compose"]["include"]:
            codes = self.part(part)
            if codes is None:
                return None
            found.update(dict.fromkeys(codes))
        for part in item["compose"].get("exclude", []):
            for code in self.part(part) or []:
                found.pop(code, None)
        return list(found)

    def part(self, part: dict) -> list[tuple[str, str]] | None:
        """The codes of one include or exclude: those of its system that are in all its value sets."""
        results = []
        if "system" in part:
            results.append(self.of_system(part))
        results += [self.expand(url) for url in part.get("valueSet", [])]
        if any(result is None for result in results):
            return None
        return [code for code in results[0] if all(code in other for other in results[1:])]

    def of_system(self, part: dict) -> list[tuple[str, str]] | None:
        system = part["system"]
        if "concept" in part:
            return [(system, concept["code"]) for concept in part["concept"]]
        if system not in self.systems or self.systems[system]["content"] != "complete":
            return None
        tree = self.trees[system]
        codes = list(tree.parents)
        for item in part.get("filter", []):
            if item["property"] != "concept" or item["op"] not in ("is-a", "descendent-of"):
                return None
            below = tree.below(item["value"])
            if item["op"] == "is-a":
                below.add(item["value"])
            codes = [code for code in codes if code in below]
        return [(system, code) for code in codes]


class Tree:
    """The concepts of a code system with the concepts they are below."""

    def __init__(self, system: dict):
        self.parents: dict[str, list[str]] = {}
        self.displays: dict[str, str] = {}
        self.abstract: set[str] = set()
        self.children: list[tuple[str, str]] = []
        self.add(system.get("concept", []), None)
        for parent, child in self.children:
            if child in self.parents and parent not in self.parents[child]:
                self.parents[child].append(parent)

    def add(self, concepts: list[dict], parent: str | None) -> None:
        for concept in concepts:
            code = concept["code"]
            self.parents.setdefault(code, [])
            self.displays.setdefault(code, concept.get("display", ""))
            if parent is not None:
                self.parents[code].append(parent)
            for item in concept.get("property", []):
                if item["code"] in ("notSelectable", "abstract") and item.get("valueBoolean"):
                    self.abstract.add(code)
                if item["code"] == "child":
                    self.children.append((code, item["valueCode"]))
            self.add(concept.get("concept", []), code)

    def below(self, code: str) -> set[str]:
        """All concepts under a concept."""
        found: set[str] = set()
        fresh = {code}
        while fresh:
            fresh = {c for c, above in self.parents.items() if fresh & set(above)} - found
            found |= fresh
        return found

    def rows(self) -> list[list[str]]:
        return [["C", code, field(self.displays[code]), "a" if code in self.abstract else ""]
                + above for code, above in self.parents.items()]


def plain(url: str) -> str:
    """A canonical URL without its version."""
    return url.split("|")[0]


def required(folder: Path) -> set[str]:
    """The value sets that some element or extension is bound to so that no other code may stand."""
    urls = set()
    for name in ("profiles-types", "profiles-resources", "profiles-others",
                 "extension-definitions"):
        for structure in resources(folder, name):
            for element in structure.get("snapshot", structure.get("differential"))["element"]:
                binding = element.get("binding", {})
                if binding.get("strength") == "required" and "valueSet" in binding:
                    urls.add(plain(binding["valueSet"]))
                most = extension(binding, "elementdefinition-maxValueSet")
                if most:
                    urls.add(plain(most))
    return urls
