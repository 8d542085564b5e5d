#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""usage: validate.py SCHEMA-FOLDER COMMAND < document     one line of JSON, as `dokaz COMMAND --json` prints it"""
import json
import pathlib
import re
import sys

import jsonschema


def load(folder, name):
    path = folder / f"{name}.json"
    schema = json.loads(path.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def referred(schema):
    """The names of the other schemas that this one takes parts from; those refer to common.json alone."""
    return set(re.findall(r'"([a-z-]+)\.json#', json.dumps(schema)))


def validator(folder, command):
    folder = pathlib.Path(folder)
    schema = load(folder, command)
    shared = {other["$id"]: other for other in (load(folder, name) for name in referred(schema) | {"common"})}
    resolver = jsonschema.RefResolver(base_uri=schema["$id"], referrer=schema, store=shared)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def main():
    text = sys.stdin.read()
    if text.count("\n") != 1 or not text.endswith("\n"):
        print(f"not one line: {text!r}")
        return 1
    errors = list(validator(sys.argv[1], sys.argv[2]).iter_errors(json.loads(text)))
    for error in errors:
        print(f"{sys.argv[2]}: {error.json_path}: {error.message}\n{text}")
        for inner in error.context or []:
            print(f"  {inner.json_path}: {inner.message}")
    return 1 if errors else 0


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    sys.exit(main())
