#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sarif_names.py - does SARIF have each property that our schema lets through?

    sarif_names.py SCHEMA

A report is checked with tests/data/sarif.schema.json, which we wrote ourselves: a
name that we have wrong would be wrong in both. So the schema is compared with the
classes of python3-sarif-python-om, which others made. That says nothing of what
they do not name, so the schema must not let through anything else. Prints a line
for each that is wrong.
"""
import json
import sys

import attr
import sarif_om

# What SARIF leaves to the tools; other objects must have a name.
OPEN = {"properties", "partialFingerprints", "originalUriBaseIds"}
SCALARS = {"string", "integer", "boolean"}


def holes(node, path, is_open):
    """Where a value may be of any form, or an object that has no name."""
    kind = node.get("type")
    if kind in SCALARS or node.keys() & {"$ref", "const", "enum"}:
        return
    if kind == "array" and "items" in node:
        yield from holes(node["items"], path + "[]", is_open)
    elif kind == "object" and is_open and node["additionalProperties"] is False:
        for name, child in node["properties"].items():
            yield from holes(child, path + "." + name, is_open)
    else:
        yield path + ": may be anything"


def wrong_object(name, node):
    model = getattr(sarif_om, name[0].upper() + name[1:], None)
    if model is None:
        yield name + ": no object of SARIF"
        return
    fields = {field.metadata["schema_property_name"]: field
              for field in attr.fields(model)}
    if node.get("additionalProperties") is not False:
        yield name + ": may have any property"
    for key, child in node["properties"].items():
        if key not in fields:
            yield "%s.%s: no property of SARIF" % (name, key)
        yield from holes(child, name + "." + key, key in OPEN)
    for key, field in fields.items():
        if field.default is attr.NOTHING and key not in node["required"]:
            yield "%s.%s: SARIF demands it" % (name, key)


def wrong(schema):
    yield from holes(schema, "the whole", False)
    for name, node in schema["$defs"].items():
        if node.get("type") == "object":
            yield from wrong_object(name, node)
        else:
            yield from holes(node, name, False)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(wrong(json.load(file)))
    for line in found:
        print(line)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
