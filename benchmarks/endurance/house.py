"""The edge and what it depends on, each of which can go and come back."""

import signal
import time

from harness import contenders, machine
from harness.stage import Stage

# How long after a part is back its absence may still be answered: the edge tries again after some seconds at most.
RECOVERY_SECONDS = 6


class Part:
    """A server that can be killed and started again, and since when it is back."""

    def __init__(self, stage, name, command, port, process=None):
        self.stage, self.name, self.command, self.port = stage, name, command, port
        self.process = process or stage.start(name, command, port)
        self.is_away = False
        self.back_at = 0

    def kill(self):
        self.is_away = True
        machine.kill(machine.family(self.process.pid))
        self.process.wait()

    def restart(self):
        self.process = self.stage.start(self.name, self.command, self.port)
        self.back_at = time.monotonic()
        self.is_away = False

    def excuses(self, asked_at):
        """Whether what was asked then may be answered by its absence."""
        return self.is_away or asked_at < self.back_at + RECOVERY_SECONDS


class House(Stage):
    """The benchmarks' stage with our edge, and a Redis that keeps what it has acknowledged."""

    def __enter__(self):
        super().__enter__()
        self.edge = contenders.edge(self, None)
        return self

    def reload(self):
        self.edge.process.send_signal(signal.SIGHUP)

    def _start_redis(self):
        command = [
            "redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
        ]
        self.keys = Part(self, "redis", command, self.redis_port)

    def _start_origin(self):
        super()._start_origin()
        command = ["nginx", "-c", self.folder / "origin.conf"]
        self.origin = Part(self, "origin", command, self.origin_port, self.processes[-1])
