"""A benchmark: what is asked, what the right answer is, and how fast ours must be."""

from dataclasses import dataclass

from .stage import KEYS

# Stands in a request where each one sent gets a number of its own, of as many digits.
SERIAL = "<the-serial>"


def written(serial):
    return f"{serial:0{len(SERIAL)}d}"


@dataclass(frozen=True)
class Bound:
    """Our CPU time a request as a share of a peer's. `aim` is what we want; beyond `at_most` the run fails."""

    peer: str
    aim: float
    at_most: float


@dataclass
class Answer:
    status: int
    fields: dict
    body: bytes


class Case:
    name = ""
    title = ""
    method = "GET"
    status = 200
    # Distinct things that it asks for.
    keys = KEYS
    # Requests a second when latencies are measured: what the slowest contender still takes with ease.
    rate = 1_024
    peers = ()
    bounds = ()
    # How clients speak: HTTP/1.1 in clear, over TLS, or HTTP/2 with so many streams at once a connection.
    tls = False
    streams = 0
    # Over those that our edge has in every benchmark.
    edge_settings = {}

    def __init__(self, stage):
        self.stage = stage
        # As our edge sends it, for the floor.
        self.edge_answer = b""

    def prepare(self, edge):
        """Once, when our edge runs."""

    def target(self, number):
        raise NotImplementedError

    def fields(self):
        return {}

    def body(self, number):
        return None

    def latency_body(self):
        """The one content that each request of the latency run carries."""
        return self.body(0)

    def check(self, number, answer):
        """Asserts that the answer is the right one."""
        raise NotImplementedError

    def before_load(self, serial, count):
        """Before each load, which may use `count` serials from `serial` on."""

    def after_load(self, serial, requests):
        """Asserts what a load of so many requests must have left behind."""

    def request(self, number):
        body = self.body(number)
        fields = {"Host": "127.0.0.1"} | self.fields()
        if body is not None:
            fields |= {"Content-Type": "application/json", "Content-Length": len(body)}
        lines = [f"{self.method} {self.target(number)} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
        return "\r\n".join([*lines, "", body or ""]).encode()
