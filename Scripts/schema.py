"""Makes Data/fhir-r4/ from the published definitions of FHIR R4.

Usage: python3 Scripts/schema.py ../shared/reference/fhir-r4
"""

import sys
from pathlib import Path

from conformance import extensions, operations
from definitions import extension, field, resources, short, write
from terminology import Terminology, required

PRIMITIVES = """boolean integer string decimal uri url canonical base64Binary instant date dateTime
time code oid id markdown unsignedInt positiveInt uuid xhtml""".split()

# Types whose place in the table is fixed, so that the program knows them without looking them up.
FIRST = """Element BackboneElement Resource DomainResource Extension Reference Quantity Coding
CodeableConcept Identifier Period Meta Narrative HumanName Address ContactPoint Money Range Ratio
Annotation Attachment Timing Age Count Distance Duration Bundle Parameters OperationOutcome
Binary""".split()

SYSTEM = "http://hl7.org/fhirpath/System."


def last(path: str) -> str:
    return path.rsplit(".", 1)[-1]


class Types:
    """All types, each with its elements, from the structure definitions' snapshots."""

    def __init__(self, folder: Path):
        self.structures = {}
        for name in ("profiles-types", "profiles-resources"):
            for structure in resources(folder, name):
                self.structures[structure["name"]] = structure
        self.roots = {n: s["snapshot"]["element"][0] for n, s in self.structures.items()}

    def base(self, name: str) -> str:
        return short(self.structures[name].get("baseDefinition", ""))

    def concrete(self) -> set[str]:
        return {name for name, structure in self.structures.items()
                if structure["kind"] == "resource" and not structure["abstract"]}

    def inherited(self, name: str) -> set[str]:
        """The keys of the constraints that stand on a type and the types it is based on."""
        keys = set()
        while name in self.roots:
            keys |= {item["key"] for item in self.roots[name].get("constraint", [])}
            name = self.base(name)
        return keys

    def rows(self) -> list[list[str]]:
        names = PRIMITIVES + FIRST
        names += sorted(name for name in self.structures if name not in names)
        return [row for name in names for row in self.structure(name)]

    def structure(self, name: str) -> list[list[str]]:
        """The rows of a type and of the backbone elements in it."""
        structure = self.structures[name]
        elements = structure["snapshot"]["element"]
        primitive = structure["kind"] == "primitive-type"
        kind = {"primitive-type": "primitive", "complex-type": "complex"}.get(
            structure["kind"], "resource")
        parents = [name] + [e["path"] for e in elements[1:] if self.children(e, elements)]
        rows = []
        for parent in parents:
            element = next(e for e in elements if e["path"] == parent)
            if parent == name:
                abstract = "abstract" if structure["abstract"] else ""
                regex = self.regex(elements) if primitive else ""
                rows.append(["T", name, kind, self.base(name), structure["url"], abstract, regex])
                known = self.inherited(self.base(name))
            else:
                base = element["type"][0]["code"]
                rows.append(["T", parent, "backbone", base])
                known = self.inherited(base)
            rows += self.invariants(element, known)
            for child in self.children(element, elements):
                if not (primitive and last(child["path"]) == "value"):
                    rows += self.element(child, elements)
        return rows

    def children(self, element: dict, elements: list[dict]) -> list[dict]:
        prefix = element["path"] + "."
        return [e for e in elements
                if e["path"].startswith(prefix) and "." not in e["path"][len(prefix):]]

    def regex(self, elements: list[dict]) -> str:
        value = next(e for e in elements if last(e["path"]) == "value")
        return extension(value["type"][0], "regex") or ""

    def element(self, element: dict, elements: list[dict]) -> list[list[str]]:
        name = last(element["path"])
        flags = "s" if element.get("isSummary") else ""
        flags += "m" if element.get("isModifier") else ""
        flags += "a" if "xmlAttr" in element.get("representation", []) else ""
        flags += "x" if name.endswith("[x]") else ""
        known = set()
        if self.children(element, elements):
            types = element["path"]
            known = {item["key"] for item in element.get("constraint", [])}
        elif "contentReference" in element:
            types = element["contentReference"]
            referred = next(e for e in elements if "#" + e["path"] == types)
            known = {item["key"] for item in referred.get("constraint", [])}
        else:
            types = " ".join(self.type(item, element) for item in element["type"])
            for item in element["type"]:
                known |= self.inherited(item["code"])
        known |= {item["key"] for item in self.ancestral(element)}
        known.add("ele-1")
        row = ["E", name.removesuffix("[x]"), f"{element['min']}..{element['max']}", flags, types]
        row += self.binding(element.get("binding", {}))
        return [row] + self.invariants(element, known)

    def ancestral(self, element: dict) -> list[dict]:
        """The constraints of the element that this one is inherited from."""
        origin = element["base"]["path"]
        if origin == element["path"] or origin.split(".")[0] not in self.structures:
            return []
        elements = self.structures[origin.split(".")[0]]["snapshot"]["element"]
        return next((e.get("constraint", []) for e in elements if e["path"] == origin), [])

    def type(self, item: dict, element: dict) -> str:
        """`type[=System type][>target,target][!profile,profile]`"""
        code, system = item["code"], ""
        if code.startswith(SYSTEM):
            system = "=" + code.removeprefix(SYSTEM)
            code = extension(item, "structuredefinition-fhir-type") or "string"
            if element["base"]["path"] == "Resource.id":
                code = "id"
        targets = [short(url) for url in item.get("targetProfile", [])]
        assert code in self.structures, code
        assert all(target in self.structures for target in targets), targets
        targets = [] if "Resource" in targets else targets
        profiles = [short(url) for url in item.get("profile", [])]
        return (code + system + (">" + ",".join(targets) if targets else "")
                + ("!" + ",".join(profiles) if profiles else ""))

    def binding(self, binding: dict) -> list[str]:
        if "valueSet" not in binding:
            return ["", "", ""]
        most = extension(binding, "elementdefinition-maxValueSet") or ""
        return [binding["strength"], binding["valueSet"].split("|")[0], most.split("|")[0]]

    def invariants(self, element: dict, known: set[str]) -> list[list[str]]:
        return [["I", item["key"], item["severity"], item["expression"], field(item["human"])]
                for item in element.get("constraint", []) if item["key"] not in known]


def search_parameters(folder: Path, concrete: set[str]) -> list[list[str]]:
    rows = []
    for item in resources(folder, "search-parameters"):
        if "base" not in item or item["id"].startswith("example"):
            continue
        flags = "".join(
            letter for letter, key in (("o", "multipleOr"), ("a", "multipleAnd"))
            if item.get(key) is False)
        targets = item.get("target", [])
        if concrete - {"Parameters"} <= set(targets):
            targets = []
        rows.append([
            "P", item["code"], item["type"], item["url"], " ".join(item["base"]),
            " ".join(targets), " ".join(item.get("comparator", [])),
            " ".join(item.get("modifier", [])), flags, item["name"],
            field(item.get("expression")), description(item)])
        for part in item.get("component", []):
            rows.append(["C", part["definition"], field(part["expression"])])
    return rows


def description(item: dict) -> str:
    """The first line; a description shared by resources lists them all, one per line."""
    lines = [line.strip() for line in item["description"].splitlines() if line.strip()]
    return field("" if lines[0].startswith("Multiple Resources") else lines[0])


def compartments(folder: Path) -> list[list[str]]:
    rows = []
    for item in resources(folder, "compartment-definitions"):
        if item["url"].endswith("/example"):
            continue
        for entry in item["resource"]:
            if "param" in entry:
                rows.append([item["code"], entry["code"], " ".join(entry["param"])])
    return rows


def main() -> None:
    source = Path(sys.argv[1])
    target = Path(__file__).resolve().parent.parent / "Data" / "fhir-r4"
    target.mkdir(parents=True, exist_ok=True)
    types = Types(source)
    write(target, "types.tsv", "Types of FHIR R4: primitives, complex types, resources", [
        "T: name, kind, base, canonical, abstract, regex (backbone elements are named by their path)",
        "E: an element of the T above it: name, cardinality, flags, types, binding, value set, most",
        "   flags: s in summaries, m modifier, a XML attribute, x choice of type",
        "   types: type[=System type][>targets][!profiles], or the #path of the content referred to",
        "I: an invariant of the T or E above it: key, severity, expression, in words",
    ], types.rows())
    write(target, "searchparameters.tsv", "Search parameters of FHIR R4", [
        "P: code, type, canonical, bases, targets, comparators, modifiers, flags, name, expression,"
        " description",
        "   no targets: any; flags: o only one value, a only once",
        "C: a component of the composite P above it: definition, expression",
    ], search_parameters(source, types.concrete()))
    write(target, "compartments.tsv", "Compartments of FHIR R4", [
        "compartment, resource type, the search parameters by which it belongs",
    ], compartments(source))
    write(target, "extensions.tsv", "Extensions that FHIR R4 defines", [
        "X: canonical, cardinality, m when a modifier, contexts (elements parted by |), condition,",
        "   value cardinality, value types[>targets], binding strength, value set",
        "N: an extension inside the X above it: path of URLs, cardinality, value as above",
    ], extensions(source))
    write(target, "operations.tsv", "Operations that FHIR R4 defines", [
        "O: code, levels, resource types, canonical, name",
        "   levels: s system, t type, i instance",
        "P: a parameter of the O above it: name, use, cardinality, type, search type",
    ], operations(source))
    write_terminology(source, target)


def write_terminology(source: Path, target: Path) -> None:
    terminology = Terminology(source)
    write(target, "requiredcodes.tsv", "Value sets of required bindings with all their codes", [
        "V: canonical; open where the definitions do not hold all codes, closed where they do",
        "S: a system of the V above it, followed by its codes",
    ], terminology.expansions(required(source)))
    write(target, "valuesets.tsv", "Value sets of FHIR R4, HL7 v3 and HL7 v2", [
        "V: canonical, title",
        "I, X: what the V above it includes, excludes: system, value sets, filters, codes",
        "   filters: property operation value, parted by semicolons; no codes and filters: all",
    ], terminology.definitions())
    write(target, "codesystems.tsv", "Code systems of FHIR R4, HL7 v3 and HL7 v2", [
        "S: canonical, content, `any` where case does not matter, title",
        "C: a concept of the S above it: code, display, `a` when abstract, the codes it is below",
    ], terminology.code_systems())


if __name__ == "__main__":
    main()
