"""The usual Python stack, idealised: clients made once and kept, scripts loaded, the catalogue in memory, no middleware.
One uvicorn worker on uvloop and httptools."""

import itertools
import os
import time
from pathlib import Path

import boto3
import redis.asyncio
from botocore.config import Config
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field

app = FastAPI()
redis_client = redis.asyncio.Redis(port=int(os.environ["REDIS_PORT"]), max_connections=64)
s3 = boto3.client(
    "s3", region_name="us-east-1", endpoint_url=os.environ["STORE"],
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
titles = {path.name: path.read_bytes() for path in Path(os.environ["TITLES"]).iterdir()}
serials = itertools.count()
etag = os.environ["TITLES_ETAG"]
cached = {"etag": etag, "cache-control": "public, max-age=30"}


class Wanted(BaseModel):
    storage_key: str = Field(max_length=1024)
    ttl_seconds: int = 600
    token: str | None = Field(default=None, max_length=128)


class Heartbeat(BaseModel):
    position_sec: float = Field(ge=0)
    buffered_sec: float | None = Field(default=None, ge=0)
    bitrate_kbps: int | None = Field(default=None, ge=0)
    dropped_frames: int = Field(default=0, ge=0)
    playing: bool = True


@app.get("/api/v1/titles/{title}")
async def title(title: str, request: Request):
    body = titles.get(title)
    if body is None:
        raise HTTPException(404)
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=cached)
    return Response(body, media_type="application/json", headers=cached)


@app.post("/api/v1/delivery/download-url")
async def download_url(wanted: Wanted, request: Request):
    allow(wanted.storage_key)
    if await redis_client.evalsha(os.environ["COUNT"], 1, *quota(request, int(time.time()))) == b"exhausted":
        raise HTTPException(429)
    return signed(wanted)


@app.post("/api/v1/delivery/bundle-url")
async def bundle_url(wanted: Wanted, request: Request):
    allow(wanted.storage_key)
    now = int(time.time())
    name, limit, ends = quota(request, now)
    outcome = await redis_client.evalsha(
        os.environ["REDEEM"], 3, name, f"download:token:{wanted.token}",
        f"download:redeemed:{wanted.token}:{next(serials)}", limit, ends, wanted.storage_key, now,
        now + lifetime(wanted), 60)
    if outcome != b"granted":
        raise HTTPException(403)
    return signed(wanted)


@app.post("/api/v1/player/sessions/{session}/heartbeat", status_code=202)
async def heartbeat(session: str, beat: Heartbeat):
    words = ["kind", "heartbeat", "playing", int(beat.playing), "position_sec", beat.position_sec]
    if beat.bitrate_kbps is not None:
        words += ["bitrate_kbps", beat.bitrate_kbps]
    stored = await redis_client.evalsha(
        os.environ["HEARTBEAT"], 2, f"player:session:{session}", "player:events", f"python-{next(serials)}",
        int(time.time() * 1000), *words)
    if stored != b"stored":
        raise HTTPException(404)
    return Response(status_code=202)


def quota(request: Request, now: int):
    """The client's counter of today, its limit, and when it ends."""
    day = time.strftime("%Y%m%d", time.gmtime(now))
    return f"quota:delivery:bundles:{request.client.host}:{day}", os.environ["QUOTA"], (now // 86400 + 1) * 86400


def lifetime(wanted: Wanted):
    return min(max(wanted.ttl_seconds, 60), 3600)


def allow(key: str):
    if ".." in key or not (key.startswith("bundles/") and key.endswith(".zip")):
        raise HTTPException(403)


def signed(wanted: Wanted):
    key = wanted.storage_key
    url = s3.generate_presigned_url(
        "get_object", ExpiresIn=lifetime(wanted),
        Params={
            "Bucket": "films", "Key": key, "ResponseContentType": "application/zip",
            "ResponseContentDisposition": f'attachment; filename="{key.rsplit("/", 1)[-1]}"',
        })
    return {"url": url, "expires_at": int(time.time()) + lifetime(wanted), "limited_by": None}
