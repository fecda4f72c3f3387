"""Checks a presigned URL, written from AWS's specification and independently of every contender."""

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlsplit


def signature_is_right(url, secret_key):
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    values = dict(query)
    claimed = values["X-Amz-Signature"]
    _, day, region, service, ending = values["X-Amz-Credential"].split("/")
    signed = sorted((quote(n, safe=""), quote(v, safe="")) for n, v in query if n != "X-Amz-Signature")
    canonical = "\n".join([
        "GET", parts.path, "&".join(f"{name}={value}" for name, value in signed), f"host:{parts.netloc}", "", "host",
        "UNSIGNED-PAYLOAD",
    ])
    scope = "/".join([day, region, service, ending])
    text = "\n".join([
        "AWS4-HMAC-SHA256", values["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest(),
    ])
    key = b"AWS4" + secret_key.encode()
    for part in [day, region, service, ending]:
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), claimed)
