"""The benchmarks, one a file, each with its bounds beside it."""

from .cached import CachedBody, NotModified
from .heartbeat import Heartbeat
from .redemption import Redemption
from .signed_url import SignedURL

ALL = [NotModified, CachedBody, SignedURL, Redemption, Heartbeat]
