#!/usr/bin/env python3
"""What connections over HTTP cost a server: starts one, opens connections that
wait for nothing and connections that send a request byte by byte, and prints
the memory that each takes in the process.

usage: http_connections.py BIN_DIR [IDLE [SLOW]]     (from the source tree's root)
SPDX-License-Identifier: Apache-2.0
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def answer(connection):
    connection.sendall(REQUEST)
    assert connection.recv(4096).startswith(b"HTTP/1.1 200 "), "refused"


def open_idle(port, count):
    """Connections that had a call and are kept open."""
    connections = []
    for _ in range(count):
        connections.append(socket.create_connection(("127.0.0.1", port)))
        answer(connections[-1])
    return connections


def open_slow(port, count):
    """Connections in the middle of a request's head."""
    connections = []
    for _ in range(count):
        connections.append(socket.create_connection(("127.0.0.1", port)))
        connections[-1].sendall(REQUEST[:-2])
    return connections


def measure(pid, port, idle, slow):
    warm = open_idle(port, 10)  # What the first connections cost once.
    before, threads_before = resident_bytes(pid), threads(pid)
    waiting = open_idle(port, idle)
    between = resident_bytes(pid)
    print(f"{idle} idle connections: {(between - before) / idle / 1024:.2f} KiB each")
    dripping = open_slow(port, slow)
    started = time.monotonic()
    answer(warm[0])
    print(f"another client's answer meanwhile: {(time.monotonic() - started) * 1000:.1f} ms")
    print(f"{slow} slow connections: {(resident_bytes(pid) - between) / slow / 1024:.2f} KiB each")
    print(f"threads: {threads_before} before, {threads(pid)} after")
    for connection in warm + waiting:
        answer(connection)
    print("every idle connection still answers")
    assert all(b" 408 " in connection.recv(4096) for connection in dripping)
    print("every slow connection was told that it took too long")


def main():
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    idle, slow = (int(text) for text in (sys.argv[2:] + ["5000", "500"][len(sys.argv) - 2:]))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with tempfile.TemporaryDirectory(prefix="stratagem_http_") as folder:
        port_file = os.path.join(folder, "port")
        server = subprocess.Popen([
            os.path.join(sys.argv[1], "stratagemd"), "--listen", "127.0.0.1:0", "--http",
            "127.0.0.1:0", "--http-port-file", port_file, "--pack", "rules/retail", "--store",
            "memory"], stderr=subprocess.DEVNULL)
        while not os.path.exists(port_file):
            assert server.poll() is None, "the server did not start"
            time.sleep(0.02)
        with open(port_file, encoding="utf-8") as file:
            measure(server.pid, int(file.read()), idle, slow)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0


if __name__ == "__main__":
    main()
