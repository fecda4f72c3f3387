"""The benchmarks, one a file, each with its bounds beside it."""

from .cached import CachedBody, NotModified
from .cached_files import Cached1MB, Cached8MB, Cached10KB
from .heartbeat import Heartbeat
from .http2 import HTTP2Many, HTTP2Some
from .proxied import Proxied1KB, Proxied100KB
from .redemption import Redemption
from .signed_url import SignedURL
from .tls import TLSBody, TLSNotModified
from .workers import TwoWorkers

ALL = [
    NotModified, CachedBody, TLSNotModified, TLSBody, HTTP2Some, HTTP2Many, TwoWorkers, Cached10KB, Cached1MB, Cached8MB,
    Proxied1KB, Proxied100KB, SignedURL, Redemption, Heartbeat,
]
