"""Many clients want the same at once, and nobody has it yet: how often is the origin asked?"""

import time

from harness import contenders
from harness.load import connect, received

CLIENTS = 64
STORMS = 10
AIM = 1

REQUEST = "GET /api/v1/storm/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def measure(stage):
    """The most questions that one storm has brought the origin, by contender."""
    return {name: most_asked(stage, contenders.ALL[name](stage, None)) for name in ("edge", "nginx", "varnish")}


def most_asked(stage, contender):
    # A node that has just started doubts what it keeps until it hears of purges: it asks again.
    time.sleep(2)
    asked = [questions(stage, contender, f"{contender.name}-{turn}") for turn in range(STORMS)]
    contender.stop()
    return max(asked)


def questions(stage, contender, name):
    stage.add_storm(name)
    connections = [connect(contender) for _ in range(CLIENTS)]
    for connection in connections:
        connection.sendall(REQUEST.format(name=name).encode())
    for connection in connections:
        assert received(connection).startswith(b"HTTP/1.1 200"), f"{contender.name} fails in the storm"
        connection.close()
    return stage.storm_log.read_text().count(f"/{name} ")
