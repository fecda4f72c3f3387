"""What a connection costs that says nothing: 10 000 of them, each after one request, in clear and over TLS."""

import time

from harness import contenders, machine
from harness.load import connect

CONNECTIONS = 10_000
AIM_BYTES = 600

REQUEST = b"GET /api/v1/titles/title-000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Clear:
    tls = False
    edge_settings = {}


class OverTLS(Clear):
    tls = True


def measure(stage, kind):
    """Resident bytes a connection by contender."""
    return {name: bytes_each(contenders.ALL[name](stage, kind)) for name in ("edge", "nginx")}


def bytes_each(contender):
    for connection in open_some(contender, 100):
        connection.close()
    # Until the contender has seen them go.
    time.sleep(0.5)
    before = machine.resident_bytes(contender.pids)
    connections = open_some(contender, CONNECTIONS)
    after = machine.resident_bytes(contender.pids)
    for connection in connections:
        connection.close()
    contender.stop()
    return (after - before) / CONNECTIONS


def open_some(contender, count):
    connections = [connect(contender) for _ in range(count)]
    for connection in connections:
        connection.sendall(REQUEST)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    return connections
