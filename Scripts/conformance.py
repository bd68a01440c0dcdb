"""The extensions and operations that FHIR R4 itself defines, as rows of the project's tables."""

from pathlib import Path

from definitions import field, resources, short


def value(element: dict) -> list[str]:
    """The types of an extension's value, `type[>targets]`, and its binding; nothing without value."""
    if element is None or element["max"] == "0":
        return ["", "", "", ""]
    types = []
    for item in element["type"]:
        targets = [short(url) for url in item.get("targetProfile", [])]
        targets = [] if "Resource" in targets else targets
        code = item["code"].removeprefix("http://hl7.org/fhirpath/System.").replace(
            "String", "string")
        types.append(code + (">" + ",".join(targets) if targets else ""))
    binding = element.get("binding", {})
    set_ = binding.get("valueSet", "").split("|")[0]
    return [f"{element['min']}..{element['max']}", " ".join(types),
            binding["strength"] if set_ else "", set_]


def extensions(folder: Path) -> list[list[str]]:
    """Each extension, then the extensions inside it by their path."""
    rows = []
    for item in resources(folder, "extension-definitions"):
        elements = {element["id"]: element for element in item["snapshot"]["element"]}
        root = elements["Extension"]
        contexts = "|".join(context["expression"] for context in item["context"])
        rows.append(["X", item["url"], f"{root['min']}..{root['max']}",
                     "m" if root.get("isModifier") else "", contexts,
                     field(" and ".join(item.get("contextInvariant", [])))]
                    + value(elements.get("Extension.value[x]")))
        for name, element in elements.items():
            if "sliceName" not in element or not name.endswith(":" + element["sliceName"]):
                continue
            if "extension:" not in name or name.split(".")[-1].split(":")[0] != "extension":
                continue
            assert elements[name + ".url"]["fixedUri"] == element["sliceName"], name
            path = "/".join(part.split(":")[1] for part in name.split(".")[1:])
            rows.append(["N", path, f"{element['min']}..{element['max']}"]
                        + value(elements.get(name + ".value[x]")))
    return rows


def operations(folder: Path) -> list[list[str]]:
    """Each operation, then its parameters."""
    rows = []
    for item in resources(folder, "operation-definitions"):
        if item["id"] == "example":
            continue
        levels = "".join(letter for letter, key in (("s", "system"), ("t", "type"),
                                                    ("i", "instance")) if item[key])
        rows.append(["O", item["code"], levels, " ".join(item["resource"]), item["url"],
                     field(item["name"])])
        rows += parameters(item.get("parameter", []), "")
    return rows


def parameters(items: list[dict], prefix: str) -> list[list[str]]:
    rows = []
    for item in items:
        rows.append(["P", prefix + item["name"], item["use"], f"{item['min']}..{item['max']}",
                     item.get("type", ""), item.get("searchType", "")])
        rows += parameters(item.get("part", []), prefix + item["name"] + ".")
    return rows
