#!/usr/bin/env python3
"""Fails when an #include or a CMake link points against the layers.

The table of engine/README.md is the rule for the folders of engine/; the lists
below say where each outside library may be used.
SPDX-License-Identifier: Apache-2.0
"""

import re
import subprocess
import sys

# Folders and files that may include a library's headers, by header pattern.
OUTSIDE_LIBRARIES = [
    ("yaml-cpp", r"yaml-cpp/", ["engine/pack/yaml_reader.cc"]),
    ("SQLite", r"sqlite3\.h", ["engine/store/", "tests/store/"]),
    ("gRPC", r"(grpc|grpcpp|grpc\+\+)/|.*\.grpc\.pb\.h",
     ["server/", "clients/", "tests/server/", "tests/http/", "tests/fuzz/", "tests/clients/",
      "tests/e2e/", "bench/"]),
    ("Boost", r"boost/", ["server/http/", "tests/http/"]),
    ("zlib", r"zlib\.h", ["server/http/gzip.cc"]),
    ("Protobuf", r"google/|.*\.pb\.h",
     ["server/", "clients/", "engine/store/", "tests/store/", "tests/server/", "tests/http/",
      "tests/fuzz/", "tests/clients/", "tests/e2e/", "bench/"]),
    ("nlohmann-json", r"nlohmann/",
     ["engine/value/json.cc", "engine/author/schema.cc", "server/", "clients/", "tests/", "bench/"]),
    ("OpenSSL", r"openssl/", ["engine/base/sha256.cc", "engine/store/identity.cc", "server/"]),
    ("RE2", r"re2/", ["engine/expr/regular_expression.cc"]),
    ("libedit", r"histedit\.h|editline/", ["clients/cli/line_editor.cc"]),
    ("valijson", r"valijson/", ["tests/author/"]),
    ("CLI11", r"CLI/", ["clients/cli/", "bench/"]),
    ("GoogleTest", r"(gtest|gmock)/", ["tests/"]),
    ("Google Benchmark", r"benchmark/", ["bench/"]),
]

# The engine prints nothing, has no clock and draws no random numbers of its
# own; base/check.cc writes the last words of a process.
ENGINE_FORBIDDEN = [
    (r"#include <(iostream|random|cstdio|stdio\.h)>", ["engine/base/check.cc"]),
    (r"\babsl::Now\(|_clock::now\(|\btime\(nullptr\)|\brand\(|\bgetenv\(", []),
]

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns],
                            check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def layers():
    """Returns {folder: folders it may use} as engine/README.md states it."""
    table = {}
    for line in read("engine/README.md").splitlines():
        row = re.match(r"\|\s*`(\w+)`\s*\|[^|]*\|([^|]*)\|\s*$", line)
        if row:
            table[row.group(1)] = set(row.group(2).split())
    return table


def folder_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "engine" and len(parts) > 2 else None


def allowed_at(path, places):
    return any(path == place or (place.endswith("/") and path.startswith(place))
               for place in places)


def check_include(path, header, table):
    source, target = folder_of(path), folder_of(header)
    if source and target and target != source and target not in table.get(source, set()):
        allowed = " ".join(sorted(table.get(source, set()))) or "nothing"
        yield f"engine/{source} includes engine/{target}, but may use only: {allowed}"
    top = path.split("/")[0]
    if header.split("/")[0] in ("server", "clients", "tests", "bench") and top == "engine":
        yield f"the engine includes {header}"
    if header.startswith("tests/") and top not in ("tests", "bench"):
        yield f"shipped code includes {header}"
    if header.startswith("clients/") and top == "server":
        yield f"the server includes {header}"
    if header.startswith("server/") and top == "clients":
        yield f"a client includes {header}"
    for name, pattern, places in OUTSIDE_LIBRARIES:
        if re.match(pattern, header) and not allowed_at(path, places):
            yield f"{name} belongs in {', '.join(places)}"


def check_source(path, table):
    for number, line in enumerate(read(path).splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            for message in check_include(path, found.group(1), table):
                yield f"{path}:{number}: {message}"
        if path.startswith("engine/"):
            for pattern, places in ENGINE_FORBIDDEN:
                code = line.split("//")[0]
                if re.search(pattern, code) and not allowed_at(path, places):
                    yield f"{path}:{number}: the engine has no output, clock or randomness of its own"


def check_links(path, table):
    folder = folder_of(path)
    if folder is None:
        return
    text = re.sub(r"#.*", "", read(path))
    for target in sorted(set(re.findall(r"stratagem::(\w+)", text))):
        if target in table and target != folder and target not in table.get(folder, set()):
            yield f"{path}: stratagem::{target} is not in the layers of engine/{folder}"


def main():
    table = layers()
    problems = []
    if not table:
        problems.append("engine/README.md: no table of folders found")
    for path in tracked("*.h", "*.cc"):
        folder = folder_of(path)
        if folder and folder not in table:
            problems.append(f"{path}: engine/{folder} is not in the table of engine/README.md")
        problems.extend(check_source(path, table))
    for path in tracked("engine/*/CMakeLists.txt"):
        problems.extend(check_links(path, table))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
