"""What goes wrong, in turns."""

import time
from collections import Counter


class Faults:
    # Between two of them, in seconds.
    PAUSE = 20

    def __init__(self, house):
        self.house = house
        self.turns = [self.redis_restarts, self.origin_flaps, self.policies_reload]
        self.happened = Counter()
        self.last = ""

    def next(self):
        fault = self.turns[self.happened.total() % len(self.turns)]
        self.last = fault.__name__.replace("_", " ")
        self.happened[self.last] += 1
        fault()

    def redis_restarts(self):
        self.away(self.house.keys, 1)

    def origin_flaps(self):
        self.away(self.house.origin, 3)

    def policies_reload(self):
        self.house.reload()

    def away(self, part, seconds):
        part.kill()
        time.sleep(seconds)
        part.restart()
