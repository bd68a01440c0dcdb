#!/usr/bin/env python3
"""fhirpath_floor.py EXPRESSION BUNDLE… : evaluations a second of PyPI fhirpathpy, compiled once."""
import json
import sys
import time

import fhirpathpy
from fhirpathpy.models import models

expression, files = sys.argv[1], sys.argv[2:]
kind = expression.split(".")[0]
resources = [
    e["resource"] for f in files for e in json.load(open(f))["entry"] if e["resource"]["resourceType"] == kind
]
compiled = fhirpathpy.compile(expression, model=models["r4"])
count, start = 0, time.monotonic()
while time.monotonic() - start < 2:
    for resource in resources[:200]:
        compiled(resource)
        count += 1
print(json.dumps({"perSecond": count / (time.monotonic() - start)}))
