"""The usual Python stack, idealised: clients made once and kept, scripts loaded, the catalogue in memory, no middleware.
One uvicorn worker on uvloop and httptools."""

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
async def download_url(wanted: Wanted):
    return signed(wanted)


@app.post("/api/v1/delivery/bundle-url")
async def bundle_url(wanted: Wanted):
    allow(wanted.storage_key)
    outcome = await redis_client.evalsha(
        os.environ["REDEEM"], 1, f"download:token:{wanted.token}", wanted.storage_key, int(time.time()))
    if outcome != b"granted":
        raise HTTPException(403)
    return signed(wanted)


@app.post("/api/v1/player/sessions/{session}/heartbeat", status_code=202)
async def heartbeat(session: str, beat: Heartbeat, request: Request):
    stored = await redis_client.evalsha(
        os.environ["HEARTBEAT"], 2, f"player:session:{session}", "player:events", session, await request.body(),
        int(time.time() * 1000))
    if stored != 1:
        raise HTTPException(404)
    return Response(status_code=202)


def allow(key: str):
    if ".." in key or not (key.startswith("bundles/") and key.endswith(".zip")):
        raise HTTPException(403)


def signed(wanted: Wanted):
    key = wanted.storage_key
    allow(key)
    lifetime = min(max(wanted.ttl_seconds, 60), 3600)
    url = s3.generate_presigned_url(
        "get_object", ExpiresIn=lifetime,
        Params={
            "Bucket": "films", "Key": key, "ResponseContentType": "application/zip",
            "ResponseContentDisposition": f'attachment; filename="{key.rsplit("/", 1)[-1]}"',
        })
    return {"url": url, "expires_at": int(time.time()) + lifetime, "limited_by": None}
