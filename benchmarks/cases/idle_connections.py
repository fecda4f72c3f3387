"""What a connection costs that says nothing: 10 000 of them, each after one request."""

import socket
import time

from harness import contenders, machine

CONNECTIONS = 10_000
AIM_BYTES = 600

REQUEST = b"GET /api/v1/titles/title-000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def measure(stage):
    """Resident bytes a connection by contender."""
    return {name: bytes_each(contenders.ALL[name](stage, None)) for name in ("edge", "nginx")}


def bytes_each(contender):
    open_some(contender.port, 100, keep=False)
    before = machine.resident_bytes(contender.pids)
    sockets = open_some(contender.port, CONNECTIONS, keep=True)
    after = machine.resident_bytes(contender.pids)
    for connection in sockets:
        connection.close()
    contender.stop()
    return (after - before) / CONNECTIONS


def open_some(port, count, keep):
    sockets = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.sendall(REQUEST)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        sockets.append(connection)
    if not keep:
        for connection in sockets:
            connection.close()
        # Until the contender has seen them go.
        time.sleep(0.5)
    return sockets
