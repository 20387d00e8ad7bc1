#!/usr/bin/env python3
"""Calls a real server with clients of others: `buf curl` and npm's Connect client.

usage: run_clients.py BIN_DIR     (from the root of the source tree)
SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

SECONDS_MAX = 60
BUF = os.path.abspath("proto/node_modules/.bin/buf")
CONNECT = "tests/e2e/connect"

FACTS = [{"name": name, "value": {kind: value}} for name, kind, value in [
    ("orders_total", "intValue", 7), ("monetary_36m", "doubleValue", 2400),
    ("recency_days", "intValue", 20), ("tenure_days", "intValue", 800)]]


def run(command, folder=None):
    """Runs `command`; returns its exit code and all that it printed."""
    done = subprocess.run(command, cwd=folder, timeout=SECONDS_MAX, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def start_server(bin_dir, folder):
    """Starts the server on free ports; returns it and its address for HTTP."""
    port_file = os.path.join(folder, "http_port")
    server = subprocess.Popen([
        os.path.join(bin_dir, "stratagemd"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
        "--http-port-file", port_file, "--pack", "rules/retail",
        "--store", os.path.join(folder, "store")], stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + SECONDS_MAX
    while not os.path.exists(port_file):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            sys.exit("the server did not start")
        time.sleep(0.02)
    with open(port_file, encoding="utf-8") as file:
        return server, f"127.0.0.1:{file.read().strip()}"


def buf_curl(address, method, request):
    """Calls `method` with buf curl; returns its exit code and the answer."""
    code, printed = run([BUF, "curl", "--protocol", "connect", "--schema", ".",
                         "--data", json.dumps(request), f"http://{address}/stratagem.v1.{method}"],
                        "proto")
    print(f"--- buf curl {method}: exit code {code}\n{printed}")
    try:
        return code, json.loads(printed)
    except ValueError:
        return code, {}


def check_buf_curl(address):
    code, answer = buf_curl(address, "DecisionService/Decide",
                            {"customerId": "c-1", "attributes": FACTS, "placements": ["app_feed"]})
    assert code == 0 and answer["decision"]["pack"]["name"] == "retail"
    code, answer = buf_curl(address, "InsightService/GetLogStats", {})
    assert code == 0 and answer["records"] == "2"  # With the pack's activation.
    code, answer = buf_curl(address, "DecisionService/Decide", {"customerId": ""})
    assert code != 0 and answer["code"] == "invalid_argument"
    code, answer = buf_curl(address, "ProfileService/ImportProfiles", {})
    assert code != 0 and answer["code"] == "unimplemented"


def check_connect_client(address, folder):
    descriptors = os.path.join(folder, "descriptors.binpb")
    code, printed = run([BUF, "build", "--output", descriptors], "proto")
    assert code == 0, printed
    code, printed = run(["node", "call_services.mjs", address, descriptors], CONNECT)
    print(f"--- Connect client: exit code {code}\n{printed}")
    assert code == 0


def main():
    for needed in (BUF, f"{CONNECT}/node_modules"):
        if not os.path.exists(needed):
            sys.exit(f"{needed} is missing: run ./dev deps")
    with tempfile.TemporaryDirectory(prefix="stratagem_connect_") as folder:
        server, address = start_server(sys.argv[1], folder)
        try:
            check_buf_curl(address)
            check_connect_client(address, folder)
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=SECONDS_MAX)
        assert code == 0, f"the server ended with {code}"


if __name__ == "__main__":
    main()
