"""Hits at two workers of one process, on the same core as one worker alone: what they cost each other."""

from harness.case import Bound

from .cached import CachedBody


class TwoWorkers(CachedBody):
    name = "two-workers"
    title = "GET 200, 300 B, cached, two workers"
    edge_settings = {"EDGE_WORKERS": "2"}
    peers = ("one-worker",)
    bounds = (Bound("one-worker", 1.11, at_most=1.50),)
