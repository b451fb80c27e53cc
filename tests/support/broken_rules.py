#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""broken_rules.py - what of JSON files is not as a schema has it.

    broken_rules.py SCHEMA FILE...

Prints "FILE: WHAT" for each rule that is broken. It is for many files at once: to
start jsonschema takes longer than to use it.
"""
import json
import sys

import jsonschema


def load(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


def main():
    schema = load(sys.argv[1])
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    for name in sys.argv[2:]:
        for error in kind(schema).iter_errors(load(name)):
            print("%s: %s" % (name, error.message))


if __name__ == "__main__":
    main()
