"""A signed URL for one of many bundles: policies, existence, quota, signature."""

import json
import time
from urllib.parse import parse_qs, unquote, urlsplit

from harness.case import Bound, Case
from harness.signature import signature_is_right
from harness.stage import SECRET_KEY, storage_key


class SignedURL(Case):
    name = "signed-url"
    title = "POST signed URL"
    method = "POST"
    peers = ("floor", "nginx", "python")
    bounds = (Bound("nginx", 0.50, at_most=1.40), Bound("python", 1 / 30, at_most=1 / 12))

    def target(self, number):
        return "/api/v1/delivery/download-url"

    def body(self, number):
        return json.dumps({"storage_key": storage_key(number), "ttl_seconds": 300})

    def check(self, number, answer):
        assert answer.status == 200
        grant = json.loads(answer.body)
        assert abs(grant["expires_at"] - time.time() - 300) < 30
        url = urlsplit(grant["url"])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        assert unquote(url.path) == f"/films/{storage_key(number)}"
        assert query["X-Amz-Expires"] == "300"
        assert query["response-content-disposition"] == 'attachment; filename="S01.zip"'
        assert signature_is_right(grant["url"], SECRET_KEY)
