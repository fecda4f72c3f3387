"""Larger answers from the cache, where the bytes cost more than the request."""

from harness.case import Bound, Case
from harness.stage import file_body


class Cached10KB(Case):
    name = "cached-10k"
    title = "GET 200, 10 KB, cached"
    size = 10_000
    keys = 1_000
    peers = ("nginx", "varnish")
    bounds = (Bound("nginx", 1.00, at_most=1.50),)

    def target(self, number):
        return f"/api/v1/files/{self.size}/{number % self.keys:04d}"

    def check(self, number, answer):
        assert answer.status == 200
        assert answer.body == file_body(self.size, number % self.keys)


class Cached1MB(Cached10KB):
    name = "cached-1m"
    title = "GET 200, 1 MB, cached"
    size = 1_000_000
    keys = 16
    rate = 64
    bounds = (Bound("nginx", 1.00, at_most=2.50),)


class Cached8MB(Cached10KB):
    """Beyond what our edge keeps in memory; nginx keeps all on disk. Both read from the kernel's page cache."""

    name = "cached-8m"
    title = "GET 200, 8 MB, from disk"
    size = 8_000_000
    keys = 8
    rate = 64
    peers = ("nginx",)
    bounds = (Bound("nginx", 1.00, at_most=2.00),)

    def __init__(self, stage):
        super().__init__(stage)
        folder = stage.folder / "disk"
        folder.mkdir(exist_ok=True)
        self.edge_settings = {"EDGE_CACHE_FOLDER": str(folder)}
