#!/usr/bin/env python3
"""Fails on what a reviewer should not have to look for.

Registered tests, headers that introduce themselves, names that say nothing,
paths and hosts of one machine, merge leftovers, dead links.
SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import subprocess
import sys

LINES_WORTH_A_LOOK = 600

# As a whole name, or as its first or last word.
VAGUE_WORDS = {"util", "utils", "common", "helper", "helpers", "manager", "misc", "impl"}
# As a whole name only.
VAGUE_NAMES = VAGUE_WORDS | {"data", "info", "new", "v2"}

FORBIDDEN_TEXT = [
    ("a path of one machine", re.compile(r"(?<![\w.])/(?:work|root|home|Users)/[\w.]")),
    ("the host of a package registry",
     re.compile(r"https?://[^/\s\"]*(?:registry|mirror|artifact|nexus|proxy|npmjs|pypi)", re.I)),
    ("where a package was fetched from", re.compile(r"^\s*\"resolved\": \"", re.M)),
    ("a merge leftover", re.compile(r"^(?:<{7} |={7}$|>{7} )", re.M)),
    ("a tab", re.compile(r"\t")),
    ("a space at a line's end", re.compile(r"[ \t]+$", re.M)),
]
# Two trailing spaces are a line break in Markdown, tabs are data in CSV.
SPACE_EXEMPT = {".md", ".csv", ".svg"}
# Golden cases may hold any text: some are packs with mistakes in them.
GOLDEN = "tests/golden/"

BINARY = {".png", ".ico", ".gz", ".zst", ".db", ".bin"}


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True,
                            text=True).stdout
    return [path for path in listed.split("\0") if path and os.path.isfile(path)]


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def check_name(path):
    stem = os.path.basename(path).split(".")[0].lower()
    words = stem.replace("-", "_").split("_")
    if stem in VAGUE_NAMES or words[0] in VAGUE_WORDS or words[-1] in VAGUE_WORDS:
        yield f"{path}: the name `{stem}` says nothing; name what is inside"


def check_text(path, text):
    free = os.path.splitext(path)[1] in SPACE_EXEMPT or path.startswith(GOLDEN)
    for what, pattern in FORBIDDEN_TEXT:
        if free and what in ("a tab", "a space at a line's end"):
            continue
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield f"{path}:{line}: {what}"
    if text and not text.endswith("\n") and not path.startswith(GOLDEN):
        yield f"{path}: no line break at the end"


def check_header(path, text):
    if not text.startswith(f"// {path}\n"):
        yield f"{path}:1: a header opens with its own path"
    opening = text.split("\n#ifndef")[0]
    if "SPDX-License-Identifier: Apache-2.0" not in opening:
        yield f"{path}: no SPDX line in the opening comment"
    guard = "STRATAGEM_" + re.sub(r"[/.]", "_", path).upper() + "_"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        yield f"{path}: the include guard is not {guard}"


def listed_sources(paths):
    """Returns the sources that CMake files name, as paths from the root."""
    listed = set()
    for path in paths:
        if os.path.basename(path) != "CMakeLists.txt":
            continue
        folder = os.path.dirname(path)
        text = re.sub(r"#.*", "", read(path)).replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
        text = text.replace("${CMAKE_SOURCE_DIR}/", os.path.abspath(".") + "/")
        text = re.sub(r"stratagem_fuzz\((\w+)", r"fuzz_\1.cc", text)
        for name in re.findall(r"[\w./-]+", text):
            # proto/CMakeLists.txt names its files without their extension.
            for file in (name, name + ".proto"):
                listed.add(os.path.relpath(os.path.join(folder, file)))
    return listed


def check_registered(paths):
    """What exists is built: a test that no CMake file names would never run."""
    listed = listed_sources(paths)
    for path in paths:
        if path.endswith((".cc", ".proto")) and path not in listed:
            yield f"{path}: no CMakeLists.txt lists it"


def check_links(path, text):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        if not os.path.exists(os.path.join(os.path.dirname(path), target)):
            yield f"{path}: the link to {target} leads nowhere"


def check_diagnostic_codes(paths):
    """docs/diagnostics.md has a row for every code that is reported, and no other."""
    if "docs/diagnostics.md" not in paths:
        return
    rows = set(re.findall(r"^\| ([EW]\d{3}) \|", read("docs/diagnostics.md"), re.M))
    reported = {}
    for path in paths:
        if path.startswith(("engine/", "server/config/")) and path.endswith((".cc", ".h")):
            for code in re.findall(r'"([EW]\d{3})"', read(path)):
                reported.setdefault(code, path)
    for code in sorted(set(reported) - rows):
        yield f"{reported[code]}: docs/diagnostics.md does not describe {code}"
    for code in sorted(rows - set(reported)):
        yield f"docs/diagnostics.md: nothing reports {code}"


def main():
    paths = tracked()
    problems = []
    for path in paths:
        problems.extend(check_name(path))
        if os.path.splitext(path)[1] in BINARY:
            continue
        text = read(path)
        problems.extend(check_text(path, text))
        if path.endswith(".h"):
            problems.extend(check_header(path, text))
        if path.endswith(".md"):
            problems.extend(check_links(path, text))
        lines = text.count("\n")
        if path.endswith((".cc", ".h", ".py", ".ts", ".tsx")) and lines > LINES_WORTH_A_LOOK:
            print(f"note: {path} has {lines} lines; see whether it is two things")
    problems.extend(check_registered(paths))
    problems.extend(check_diagnostic_codes(paths))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
