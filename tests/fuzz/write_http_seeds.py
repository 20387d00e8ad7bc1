#!/usr/bin/env python3
"""Writes requests as seeds of fuzz_http, and what the Connect protocol carries
as seeds of fuzz_connect. The first byte of each says how it is taken.

usage: write_http_seeds.py FOLDER
SPDX-License-Identifier: Apache-2.0
"""

import gzip
import os
import sys

METHOD = "/stratagem.v1.InsightService/"


def request(first_line, headers="", body=b""):
    return (f"{first_line} HTTP/1.1\r\nHost: a\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def call(content_type, body, headers=""):
    return request(f"POST {METHOD}GetDecision", f"Content-Type: {content_type}\r\n{headers}", body)


def enveloped(flags, message):
    return bytes([flags]) + len(message).to_bytes(4, "big") + message


JSON = b'{"decisionId": "n.1.2", "explain": "EXPLAIN_LEVEL_FULL"}'

REQUESTS = [
    b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 2,
    call("application/json", JSON, "Connect-Timeout-Ms: 10\r\nX-Bin-Bin: AAE\r\n"),
    call("application/json", gzip.compress(JSON, mtime=0), "Content-Encoding: gzip\r\n"),
    call("application/proto", b"\x0a\x05n.1.2"),
    request(f"POST {METHOD}FollowDecisions", "Content-Type: application/connect+json\r\n",
            enveloped(0, b'{"afterSequence": "7"}')),
    request(f"GET {METHOD}GetDecision?encoding=json&message=%7B%7D&connect=v1"),
    request(f"GET {METHOD}GetDecision?encoding=proto&base64=1&compression=gzip&message=H4sI"),
    request("OPTIONS /", "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n"),
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX: 1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
]

# By the case of fuzz_connect's switch.
CARRIED = [
    (0, b'{"requests": [{"customerId": "c", "asOf": "2026-11-15T10:00:00Z", "attributes": '
        b'[{"name": "n", "value": {"intValue": "1"}}], "explain": 3}]}'),
    (0, b'{"requests": [{"attributes": [{"name": "n", "value": {"listValue": {"values": '
        b'[{"doubleValue": "NaN"}, {"bytesValue": "AAE="}]}}}]}]}'),
    (1, enveloped(0, JSON)),
    (1, enveloped(1, gzip.compress(JSON, mtime=0))),
    (2, gzip.compress(b"x" * 20_000, mtime=0)),
    (3, b"connect=v1&encoding=json&compression=gzip&base64=1&message=%41+b-_8%3D"),
    (4, b'application/json; charset="utf-8"'),
    (4, b"gzip;q=0.5, identity, br"),
]


def write(folder, seeds):
    os.makedirs(folder, exist_ok=True)
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"seed_{number}"), "wb") as file:
            file.write(seed)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(os.path.join(sys.argv[1], "fuzz_http"), [b"\x03" + seed for seed in REQUESTS])
    write(os.path.join(sys.argv[1], "fuzz_connect"),
          [bytes([case]) + seed for case, seed in CARRIED])


if __name__ == "__main__":
    main()
