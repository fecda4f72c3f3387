"""The catalogue from the edge's cache by HTTP/2, in clear: what the frames cost."""

from harness.case import Bound
from harness.stage import BODY_SIZE

from .cached import CachedBody


class HTTP2Some(CachedBody):
    name = "http2-10"
    title = "GET 200, 300 B, cached, HTTP/2, 10 streams"
    streams = 10
    content_size = BODY_SIZE
    peers = ("nginx", "h2o")
    bounds = (Bound("nginx", 0.40, at_most=0.80),)


class HTTP2Many(HTTP2Some):
    name = "http2-100"
    title = "GET 200, 300 B, cached, HTTP/2, 100 streams"
    streams = 100
