"""A signed URL for a one-time token, a fresh one each time."""

import json

from harness.case import SERIAL, Bound
from harness.stage import KEYS, storage_key

from .signed_url import SignedURL

FILL = """
for serial = ARGV[1], ARGV[2] do
  local token = {storage_key = string.format('bundles/title-%06d/S01.zip', serial % ARGV[3]), expires_at = 4102444800}
  redis.call('SET', string.format('download:token:bench-%012d', serial), cjson.encode(token), 'EX', 3600)
end
"""

SPENT = """
local spent = 0
for serial = ARGV[1], ARGV[2] do
  spent = spent + 1 - redis.call('EXISTS', string.format('download:token:bench-%012d', serial))
end
return spent
"""

REUSABLE = "bench-reusable-token"


class Redemption(SignedURL):
    name = "redemption"
    title = "POST redeem a token, signed URL"
    peers = ("nginx", "python")
    bounds = (Bound("nginx", 0.45, at_most=1.00), Bound("python", 1 / 30, at_most=1 / 12))

    def target(self, number):
        return "/api/v1/delivery/bundle-url"

    def body(self, number):
        return json.dumps({"storage_key": storage_key(number), "ttl_seconds": 300, "token": f"bench-{SERIAL}"})

    def latency_body(self):
        return self.body(0).replace(f"bench-{SERIAL}", REUSABLE)

    def before_load(self, serial, count):
        self.stage.redis("flushdb", "async")
        token = {"storage_key": storage_key(0), "expires_at": 4102444800, "max_uses": 1_000_000_000}
        self.stage.redis("set", f"download:token:{REUSABLE}", json.dumps(token))
        for first in range(serial, serial + count, 10_000):
            self.stage.redis("eval", FILL, 0, first, min(first + 10_000, serial + count) - 1, KEYS)

    def after_load(self, serial, requests):
        spent = int(self.stage.redis("eval", SPENT, 0, serial, serial + requests + 128))
        # Those in flight when the load ended, and their successors, have spent theirs and are not counted.
        assert 0 <= spent - requests <= 128, f"{spent} tokens were spent for {requests} URLs"
