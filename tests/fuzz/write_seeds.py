#!/usr/bin/env python3
"""Writes a file for each expression that the documents show, and for each of
CEL's conformance cases where they are, as seeds of the expressions' fuzz
targets.

usage: write_seeds.py FOLDER [CASES.jsonl]
SPDX-License-Identifier: Apache-2.0
"""

import hashlib
import json
import os
import re
import sys

DOCUMENTS = ["docs/expressions.md", "docs/pack_language.md"]


def expressions_of_documents():
    for path in DOCUMENTS:
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            # Code in back quotes, on one line.
            yield from re.findall(r"`([^`\n]+)`", file.read())


def expressions_of_cases(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["expr"]


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    expressions = set(expressions_of_documents())
    if len(sys.argv) == 3 and os.path.exists(sys.argv[2]):
        expressions.update(expressions_of_cases(sys.argv[2]))
    for expression in expressions:
        name = hashlib.sha256(expression.encode()).hexdigest()[:16]
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(expression)


if __name__ == "__main__":
    main()
