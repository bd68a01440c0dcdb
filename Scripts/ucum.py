#!/usr/bin/env python3
"""Restates the facts of UCUM's essence as a compact table.

Usage: Scripts/ucum.py ucum-essence.xml > Data/ucum/units.tsv
"""
import sys
import xml.etree.ElementTree as ElementTree

NS = "{http://unitsofmeasure.org/ucum-essence}"

HEADER = """\
# Units, prefixes and base units of UCUM
# Source: The Unified Code for Units of Measure, ucum-essence {version}, https://ucum.org
# Licence: copyright 1999-2015 Regenstrief Institute, Inc. and the UCUM Organization; free of charge under the UCUM
#   terms of use (https://ucum.org/license); codes and values are unchanged
# Edition: {version}, effective 2015-11-13
# P: a prefix: code, name, value
# B: a base unit: code, name
# U: a unit: code, name, flags, value, in which unit, function of a special unit
#    flags: m takes prefixes, a arbitrary, s special"""


def main(path):
    root = ElementTree.parse(path).getroot()
    print(HEADER.format(version=root.get("version")))
    for prefix in root.findall(NS + "prefix"):
        row("P", prefix.get("Code"), name(prefix), prefix.find(NS + "value").get("value"))
    for base in root.findall(NS + "base-unit"):
        row("B", base.get("Code"), name(base))
    for unit in root.findall(NS + "unit"):
        value = unit.find(NS + "value")
        function = value.find(NS + "function")
        flags = "".join(
            letter
            for letter, key in (("m", "isMetric"), ("a", "isArbitrary"), ("s", "isSpecial"))
            if unit.get(key) == "yes"
        )
        source = value if function is None else function
        row("U", unit.get("Code"), name(unit), flags, source.get("value"),
            source.get("Unit"), "" if function is None else function.get("name"))


def name(element):
    return " ".join(element.find(NS + "name").text.split())


def row(*fields):
    print("\t".join(fields).rstrip("\t"))


main(sys.argv[1])
