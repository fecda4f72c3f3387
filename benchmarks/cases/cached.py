"""The catalogue from the edge's cache: a title again that the client still has, and one that it has not."""

from harness.case import Bound, Case
from harness.stage import BODY_SIZE, KEYS, title_body


class CachedBody(Case):
    name = "cached-200"
    title = f"GET 200, {BODY_SIZE} B, cached"
    peers = ("floor", "nginx", "varnish", "python")
    bounds = (Bound("floor", 1.10, at_most=1.90), Bound("nginx", 0.52, at_most=1.00), Bound("python", 1 / 30, at_most=1 / 5))

    def target(self, number):
        return f"/api/v1/titles/title-{number % KEYS:06d}"

    def check(self, number, answer):
        assert answer.status == 200
        assert answer.body == title_body(number)
        assert answer.fields["etag"] == self.stage.etag


class NotModified(CachedBody):
    name = "cached-304"
    title = "GET 304, cached"
    status = 304
    bounds = (Bound("floor", 1.10, at_most=1.90), Bound("nginx", 0.72, at_most=1.00), Bound("python", 1 / 30, at_most=1 / 5))

    def fields(self):
        return {"If-None-Match": self.stage.etag}

    def check(self, number, answer):
        assert answer.status == 304
        assert answer.body == b""
        assert answer.fields["etag"] == self.stage.etag
