"""The benchmarks, one a file, each with its bounds beside it."""

from .cached import CachedBody, NotModified
from .cached_files import Cached1MB, Cached10KB
from .heartbeat import Heartbeat
from .proxied import Proxied1KB, Proxied100KB
from .redemption import Redemption
from .signed_url import SignedURL

ALL = [
    NotModified, CachedBody, Cached10KB, Cached1MB, Proxied1KB, Proxied100KB, SignedURL, Redemption, Heartbeat,
]
