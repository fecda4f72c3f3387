"""The catalogue from the edge's cache over TLS, on connections that live on."""

from harness.case import Bound

from .cached import CachedBody, NotModified


class OverTLS:
    tls = True
    peers = ("nginx", "haproxy")
    bounds = (Bound("nginx", 0.70, at_most=1.20),)


class TLSBody(OverTLS, CachedBody):
    name = "tls-200"
    title = "GET 200, 300 B, cached, TLS"


class TLSNotModified(OverTLS, NotModified):
    name = "tls-304"
    title = "GET 304, cached, TLS"
