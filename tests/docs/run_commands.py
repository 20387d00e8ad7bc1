#!/usr/bin/env python3
"""Runs the commands that a document shows, as they stand.

usage: run_commands.py DOCUMENT BIN_DIR     (from the root of the source tree)

A block that opens with ```sh test must succeed and print something; one that
opens with ```sh server starts a server for the blocks after it. Programs come
from BIN_DIR instead of build/bin, ports are free ones, and files go to a
folder that is removed.
SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SECONDS_MAX = 60
DOCUMENTED_ADDRESS = "127.0.0.1:50051"
DOCUMENTED_HTTP_ADDRESS = "127.0.0.1:8080"

BLOCK = re.compile(r"^```sh (test|server)\n(.*?)^```$", re.M | re.S)


class Failure(Exception):
    pass


def run_block(script, where):
    """Runs `script` and returns nothing, or raises Failure with its output."""
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], timeout=SECONDS_MAX,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    print(f"--- {where}\n{script}{done.stdout}")
    if done.returncode != 0:
        raise Failure(f"{where}: exit code {done.returncode}")
    if not done.stdout.strip():
        raise Failure(f"{where}: printed nothing")


def start_server(script, folder, where):
    """Starts the server of `script` on free ports; returns it and its addresses."""
    port_file = os.path.join(folder, "port")
    http_port_file = os.path.join(folder, "http_port")
    command = (f"exec {script.strip()} --listen 127.0.0.1:0 --port-file {port_file}"
               f" --http 127.0.0.1:0 --http-port-file {http_port_file}")
    server = subprocess.Popen(["bash", "-c", command], stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + SECONDS_MAX
    while not os.path.exists(port_file):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise Failure(f"{where}: the server did not start")
        time.sleep(0.02)
    return server, read_address(port_file), read_address(http_port_file)


def read_address(port_file):
    with open(port_file, encoding="utf-8") as file:
        return f"127.0.0.1:{file.read().strip()}"


def stop_server(server):
    server.send_signal(signal.SIGTERM)
    if server.wait(timeout=SECONDS_MAX) != 0:
        raise Failure(f"the server ended with {server.returncode}")


def run_document(document, bin_dir, folder):
    with open(document, encoding="utf-8") as file:
        text = file.read()
    blocks = list(BLOCK.finditer(text))
    if not blocks:
        raise Failure(f"{document}: no block to run")
    server, address, http_address = None, DOCUMENTED_ADDRESS, DOCUMENTED_HTTP_ADDRESS
    try:
        for block in blocks:
            where = f"{document}:{text.count(chr(10), 0, block.start()) + 1}"
            script = block.group(2)
            for shown, real in [("build/bin/", bin_dir + "/"), (DOCUMENTED_ADDRESS, address),
                                (DOCUMENTED_HTTP_ADDRESS, http_address),
                                ("stratagem-data", os.path.join(folder, "stratagem-data")),
                                ("customers.csv", os.path.join(folder, "customers.csv"))]:
                script = script.replace(shown, real)
            if block.group(1) == "server":
                server, address, http_address = start_server(script, folder, where)
            else:
                run_block(script, where)
    finally:
        if server is not None:
            stop_server(server)


def main():
    document, bin_dir = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="stratagem_docs_") as folder:
        try:
            run_document(document, bin_dir, folder)
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"FAILED: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
