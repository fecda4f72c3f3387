"""Exercises an S3 with boto3, from outside: `s3.py ENDPOINT`, with AWS_* as usual. Silent unless something is wrong."""

import hashlib
import io
import sys
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

# Without "s3v4" boto3 presigns for us-east-1 with the older version 2.
s3 = boto3.client(
    "s3", endpoint_url=sys.argv[1], region_name="us-east-1",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"max_attempts": 1}))
bucket = "boto3"


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def status_of(request):
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


s3.create_bucket(Bucket=bucket)
assert bucket in [item["Name"] for item in s3.list_buckets()["Buckets"]]
s3.head_bucket(Bucket=bucket)

# Keys that a careless store would take for paths.
keys = ["a", "a/b", "..", "../../x", "//", ".", "a b+c%20", "caf\u00e9", "cafe\u0301", "\U0001f3ac", "k" * 1024]
for key in keys:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), ContentType="text/plain", Metadata={"name": "x"})
for key in keys:
    got = s3.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == key.encode() and got["Metadata"] == {"name": "x"}, key
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
listed = [item["Key"] for page in pages for item in page["Contents"]]
assert listed == sorted(keys, key=lambda key: key.encode()), listed
groups = s3.list_objects_v2(Bucket=bucket, Prefix="a", Delimiter="/")
assert [item["Prefix"] for item in groups["CommonPrefixes"]] == ["a/"]
assert [item["Key"] for item in groups["Contents"]] == ["a", "a b+c%20"]

# Every checksum that boto3 computes, and one that is wrong.
for algorithm in ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"]:
    try:
        s3.put_object(Bucket=bucket, Key="sum", Body=b"123456789", ChecksumAlgorithm=algorithm)
    except Exception as error:  # CRC32C and CRC64NVME need awscrt
        assert "CRT" in str(error) or "crt" in str(error), error
        continue
    head = s3.head_object(Bucket=bucket, Key="sum", ChecksumMode="ENABLED")
    assert head["Checksum" + algorithm]
assert code_of(s3.put_object, Bucket=bucket, Key="sum", Body=b"x", ChecksumCRC32="AAAAAA==") == "BadDigest"
assert code_of(s3.put_object, Bucket=bucket, Key="a", Body=b"x", IfNoneMatch="*") == "PreconditionFailed"
assert code_of(s3.get_object, Bucket=bucket, Key="none") == "NoSuchKey"
assert code_of(s3.get_object, Bucket="no-such-bucket", Key="a") == "NoSuchBucket"

# Ranges and conditions.
s3.put_object(Bucket=bucket, Key="range", Body=bytes(range(100)))
part = s3.get_object(Bucket=bucket, Key="range", Range="bytes=10-19")
assert part["Body"].read() == bytes(range(10, 20)) and part["ContentRange"] == "bytes 10-19/100"
assert s3.get_object(Bucket=bucket, Key="range", Range="bytes=-5")["Body"].read() == bytes(range(95, 100))
assert code_of(s3.get_object, Bucket=bucket, Key="range", Range="bytes=100-") == "InvalidRange"
head = s3.head_object(Bucket=bucket, Key="range")
assert code_of(s3.get_object, Bucket=bucket, Key="range", IfNoneMatch=head["ETag"]) == "304"
assert code_of(s3.get_object, Bucket=bucket, Key="range", IfModifiedSince=head["LastModified"]) == "304"
assert code_of(s3.get_object, Bucket=bucket, Key="range", IfMatch='"other"') == "PreconditionFailed"

# Multipart through the transfer manager, checksums and all.
big = hashlib.shake_256(b"film").digest(17 * 1024 * 1024)
s3.upload_fileobj(
    io.BytesIO(big), bucket, "big", Config=TransferConfig(multipart_threshold=1, multipart_chunksize=8 * 1024 * 1024))
target = io.BytesIO()
s3.download_fileobj(bucket, "big", target)
assert target.getvalue() == big
assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-3"')

# Presigned URLs, used by something that knows nothing of S3.
url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "signed"}, ExpiresIn=60)
assert status_of(urllib.request.Request(url, data=b"bytes", method="PUT")) == 200
url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "signed"}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == b"bytes"
assert status_of(urllib.request.Request(url, method="DELETE")) == 403
assert status_of(url.replace("/signed?", "/a?")) == 403
assert status_of(url + "&response-content-type=text%2Fhtml") == 403
assert status_of(url.split("?")[0]) == 403

assert code_of(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"
for key in [*keys, "sum", "range", "big", "signed"]:
    s3.delete_object(Bucket=bucket, Key=key)
s3.delete_bucket(Bucket=bucket)
