"""Many clients want the same at once, and nobody has it yet: how often is the origin asked?"""

from harness import contenders
from harness.load import connect
from harness.stage import file_body

CLIENTS = 64
STORMS = 10
AIM = 1
BODY = file_body(10_000, 0)

REQUEST = "GET /api/v1/storm/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def measure(stage):
    """The most questions that one storm has brought the origin, by contender."""
    return {name: most_asked(stage, contenders.ALL[name](stage, None)) for name in ("edge", "nginx", "varnish")}


def most_asked(stage, contender):
    asked = [questions(stage, contender, f"{contender.name}-{turn}") for turn in range(STORMS)]
    contender.stop()
    return max(asked)


def questions(stage, contender, name):
    stage.add_storm(name)
    connections = [connect(contender) for _ in range(CLIENTS)]
    for connection in connections:
        connection.sendall(REQUEST.format(name=name).encode())
    for connection in connections:
        text = b""
        while piece := connection.recv(65536):
            text += piece
        assert text.startswith(b"HTTP/1.1 200") and text.endswith(BODY), f"{contender.name} fails in the storm"
        connection.close()
    return stage.storm_log.read_text().count(f"/{name} ")
