"""How late a title comes among 10 000 clients who only want the edge's time, what those cost it, and how they end."""

import os
import re
import statistics
import subprocess
from dataclasses import dataclass

from harness import contenders, load, machine
from harness.stage import BENCHMARKS, KEYS

from .cached import CachedBody

# What they do, all at once: how many, and how many steps a second all of a kind take. A step sends or reads a little
# more; of `connections` it connects, or goes; of `pipelines` and `requests` it asks as often as the kernel takes it, the
# first without ever reading an answer.
HOSTILE = {
    "heads": (4_000, 4_000), "bodies": (2_500, 2_500), "reads": (3_000, 3_000), "pipelines": (500, 500),
    "connections": (64, 10_000), "requests": (64, 2_000),
}
HELD = 10_000

ROUNDS = 3
SECONDS = 5


@dataclass
class Among:
    idle_p99_us: list
    p99_us: list
    bytes_each: float
    # Of each kind: how many connections it opened, how many of them the edge ended, how many were left in the end, and
    # answers by status.
    fates: dict
    # Of the time that one in a hundred answers takes without them.
    aim: float = 5
    # What one may cost while it is there: a read's bytes, of a pipeline that waits for its turn.
    most_bytes: int = 64 * 1024

    @property
    def ratio(self):
        return statistics.median(self.p99_us) / statistics.median(self.idle_p99_us)

    @property
    def left(self):
        return sum(fate["left"] for fate in self.fates.values())


def measure(stage):
    """By the edge alone, with its default limits. They come by way of a balancer, from 512 addresses: nobody of this
    machine is limited."""
    case = CachedBody(stage)
    edge = contenders.edge(stage, case, EDGE_PROXY_PROTOCOL_FROM="127.0.1.0/24")
    load.check(case, edge, 0, range(KEYS))
    idle = [load.h2load(case, edge, SECONDS).p99_us for _ in range(ROUNDS)]
    before = machine.resident_bytes(edge.pids)
    hostile = {kind: start(stage, edge, kind) for kind in HOSTILE}
    for process in hostile.values():
        assert process.stdout.readline() == "open\n"
    among = [load.h2load(case, edge, SECONDS).p99_us for _ in range(ROUNDS)]
    bytes_each = (machine.resident_bytes(edge.pids) - before) / HELD
    for process in hostile.values():
        process.stdin.close()
    fates = {kind: fate(process) for kind, process in hostile.items()}
    load.check(case, edge, 0, range(0, KEYS, 100))
    edge.stop()
    return Among(idle, among, bytes_each, fates)


def start(stage, edge, kind):
    program = stage.folder / "hostile"
    if not program.exists():
        source = BENCHMARKS / "load/hostile.c"
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True)
    count, steps = HOSTILE[kind]
    process = subprocess.Popen(
        [program, kind, str(edge.port), str(count), str(steps)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, preexec_fn=yielding)
    stage.processes.append(process)
    return process


def yielding():
    """Whoever measures on the same core goes first."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def fate(process):
    words = process.stdout.read().split()
    process.wait()
    return {name: int(count) for name, count in zip(words[::2], words[1::2], strict=True)}
