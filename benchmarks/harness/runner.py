"""One benchmark from start to numbers: contenders alternate within it, and a wrong answer voids its row."""

import random
import statistics
import sys
import time
from dataclasses import dataclass, field

from . import contenders, load
from .stage import KEYS

# Serials that a load may use a second: more than any contender answers.
SERIALS_A_SECOND = 130_000

# Our edge knows for a minute that an object exists. A load must end within it, else it would measure questions to the
# store that its peers never ask.
KNOWN_SECONDS = 45


@dataclass
class Row:
    """One contender in one benchmark."""

    loads: list = field(default_factory=list)
    latency: load.Latency | None = None
    # When every key was asked for last, and the size of the answers.
    asked_at: float = -KNOWN_SECONDS
    answer_size: int = 0
    # Why the row does not count.
    void: str = ""

    @property
    def cpu_us(self):
        return statistics.median(one.cpu_us for one in self.loads) if self.loads and not self.void else None

    @property
    def spread(self):
        """Between the quickest and the slowest round, as a share of the median."""
        values = [one.cpu_us for one in self.loads]
        return (max(values) - min(values)) / statistics.median(values)


class Runner:
    def __init__(self, stage, rounds, seconds):
        self.stage = stage
        self.rounds = rounds
        self.seconds = seconds
        self.serial = 0

    def run(self, case):
        """The rows by contender."""
        field = [self.start(case, name) for name in ("edge", *case.peers)]
        requests = load.write_requests(case)
        rows = {contender.name: Row() for contender in field}
        for turn in range(self.rounds):
            shift = turn % len(field)
            for contender in field[shift:] + field[:shift]:
                row = rows[contender.name]
                self.guarded(row, lambda: row.loads.append(self.load(case, contender, requests, row)))
            progress(case, turn + 1, rows)
        for contender in field:
            row = rows[contender.name]
            self.guarded(row, lambda: setattr(row, "latency", self.latency(case, contender, row)))
            self.guarded(row, lambda: self.check(case, contender, random.sample(range(case.keys), min(case.keys, 24))))
        for contender in field:
            contender.stop()
        return rows

    def start(self, case, name):
        contender = contenders.ALL[name](self.stage, case)
        if name == "edge":
            case.prepare(contender)
            serial = self.serials(case, KEYS)
            request = case.request(0).replace(load.SERIAL.encode(), load.written(serial).encode())
            with load.connect(contender) as connection:
                case.edge_answer = load.raw_answer(connection, request)
        return contender

    def guarded(self, row, step):
        if row.void:
            return
        try:
            step()
        except (load.WrongAnswer, AssertionError, OSError) as problem:
            row.void = str(problem)
            print(f"  void: {row.void}", file=sys.stderr)

    def check(self, case, contender, numbers):
        return load.check(case, contender, self.serials(case, KEYS), numbers)

    def ask_for_all(self, case, contender, row):
        """Every key once, unless that was just now: fills the caches, and no wrong answer is measured."""
        if time.monotonic() - row.asked_at < KNOWN_SECONDS:
            return
        row.asked_at = time.monotonic()
        row.answer_size = self.check(case, contender, range(case.keys))

    def latency(self, case, contender, row):
        self.ask_for_all(case, contender, row)
        return load.h2load(case, contender, seconds=3)

    def load(self, case, contender, requests, row):
        self.ask_for_all(case, contender, row)
        if case.streams:
            return load.http2(case, contender, self.seconds)
        serial = self.serials(case, self.seconds * SERIALS_A_SECOND)
        measured = load.wrk(case, contender, requests, serial, self.seconds, row.answer_size)
        if contender.name != "floor":
            case.after_load(serial, measured.requests)
        return measured

    def serials(self, case, count):
        """The first of so many that nobody has used. A key's number is its serial's rest by the count of keys."""
        first = self.serial
        self.serial += -(-count // KEYS) * KEYS
        case.before_load(first, count)
        return first


def progress(case, turn, rows):
    numbers = "  ".join(f"{name} {row.loads[-1].cpu_us:.2f}" for name, row in rows.items() if row.loads)
    print(f"  {case.name} round {turn}: {numbers}", flush=True)
