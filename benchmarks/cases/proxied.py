"""What no cache keeps: from the origin through to the client, each time."""

from harness.case import Bound

from .cached_files import Cached10KB


class Proxied1KB(Cached10KB):
    name = "proxied-1k"
    title = "GET 200, 1 KB, proxied"
    size = 1_000
    peers = ("nginx", "varnish", "haproxy")
    bounds = (Bound("nginx", 0.90, at_most=1.50),)

    def target(self, number):
        return f"/api/v1/live/{self.size}/{number % self.keys:04d}"


class Proxied100KB(Proxied1KB):
    name = "proxied-100k"
    title = "GET 200, 100 KB, proxied"
    size = 100_000
    keys = 64
    rate = 256
    bounds = (Bound("nginx", 1.00, at_most=1.20),)
