"""What the edge takes in memory over time."""

import statistics
import time

from harness import machine


class Memory:
    # Caches fill and pools grow in the beginning: what is said of growth leaves out so much of the time.
    WARM_UP = 0.3
    # The last third beside the first third of the rest.
    MOST_GROWTH = 1.05

    def __init__(self, pids):
        self.pids = pids
        self.samples = []

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.samples.append(machine.resident_bytes(self.pids) / 1e6)
            time.sleep(min(1, seconds))

    @property
    def now_mb(self):
        return self.samples[-1]

    @property
    def growth(self):
        """From then to the end, as a ratio."""
        warm = self.samples[int(len(self.samples) * self.WARM_UP):]
        third = max(1, len(warm) // 3)
        return statistics.mean(warm[-third:]) / statistics.mean(warm[:third])

    @property
    def is_flat(self):
        return self.growth <= self.MOST_GROWTH
