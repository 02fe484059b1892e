"""A dataset in a bucket: the store that speaks S3.

Works with any service that honours checksums and `If-None-Match`. Where it is and who we are comes from the
usual variables: `AWS_ENDPOINT_URL_S3`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` or
`AWS_SHARED_CREDENTIALS_FILE`, `AWS_REGION`. `COLLECTOR_S3_PUBLIC_ENDPOINT` is how clients outside reach the
same service, for presigned links. `COLLECTOR_S3_SECONDS` is how long a call may be silent before it is
tried again, `COLLECTOR_UPLOAD_MB_PER_SECOND` how fast this process sends, on average, in bursts of a part.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from collector.errors import ObjectDamaged, ObjectExists, ObjectMissing, StorageFull, StoreError, UsageError
from collector.store.pace import Pace

CHUNK = 1 << 20
# Larger objects are sent in parts, so that a broken connection costs one part and not the object.
PART_BYTES = 16 << 20
LINK_SECONDS = 3600
DEFAULT_REGION = "us-east-1"

SILENCE_SECONDS = 60.0

# Retries wait with exponential growth and jitter.
_CONFIG: dict[str, Any] = {
    "retries": {"mode": "standard", "total_max_attempts": 6},
    "connect_timeout": 5,
    "signature_version": "s3v4",
    "s3": {"addressing_style": "path"},
}


class S3Store:
    """A store under a prefix of a bucket."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise UsageError(f"{url!r} is no place in a bucket; write it as s3://bucket/prefix")
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/")
        self._client = _client(os.environ.get("AWS_ENDPOINT_URL_S3"))

    @property
    def url(self) -> str:
        """Bucket and prefix."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def put(self, key: str, source: Path | bytes, sha256: str) -> None:
        """Send it with its checksum, on the condition that the key is free."""
        name = self._name(key)
        with _failures(self.url, key):
            if isinstance(source, bytes):
                self._put_whole(name, key, source, sha256)
            elif source.stat().st_size <= PART_BYTES:
                self._put_whole(name, key, source.read_bytes(), sha256)
            else:
                with source.open("rb") as stream:
                    self._put_parts(name, key, stream, sha256)

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """Read a range of the object."""
        if length == 0:
            return b""
        wanted = f"bytes={start}-" + ("" if length is None else str(start + length - 1))
        try:
            with _failures(self.url, key):
                answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key), Range=wanted)
                return bytes(answer["Body"].read())
        except _OutOfRange:
            return b""

    def size(self, key: str) -> int | None:
        """Ask for the head of the object."""
        try:
            with _failures(self.url, key):
                answer = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
                return int(answer["ContentLength"])
        except ObjectMissing:
            return None

    def list(self, prefix: str = "") -> Iterator[str]:
        """List the bucket, a page at a time."""
        return (key for key, _, _ in self.entries(prefix))

    def entries(self, prefix: str = "") -> Iterator[tuple[str, int, float]]:
        """(key, bytes, Unix time when it was stored) of the keys that begin with `prefix`, sorted."""
        base = f"{self._prefix}/" if self._prefix else ""
        pages = self._client.get_paginator("list_objects_v2")
        with _failures(self.url, prefix):
            for page in pages.paginate(Bucket=self._bucket, Prefix=base + prefix):
                for found in page.get("Contents", ()):
                    yield found["Key"][len(base) :], found["Size"], found["LastModified"].timestamp()

    def unfinished(self, before: float) -> Iterator[str]:
        """Multipart uploads that were begun before that Unix time and never completed, as `id/key`."""
        base = f"{self._prefix}/" if self._prefix else ""
        pages = self._client.get_paginator("list_multipart_uploads")
        with _failures(self.url, base):
            for page in pages.paginate(Bucket=self._bucket, Prefix=base):
                for found in page.get("Uploads", ()):
                    if found["Initiated"].timestamp() < before:
                        yield f"{found['UploadId']}/{found['Key']}"

    def abort(self, upload: str) -> None:
        """Drop what was sent for an upload of `unfinished`."""
        number, _, name = upload.partition("/")
        with _failures(self.url, name):
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=number)

    def delete(self, key: str) -> None:
        """Remove the object."""
        with _failures(self.url, key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def table(self, key: str) -> tuple[str, dict[str, str]]:
        """A URL, and the same credentials and endpoint in the words of delta-rs."""
        return f"{self.url}/{key}", _delta_options()

    def link(self, key: str) -> str:
        """A URL with which anyone can read the object, for an hour."""
        public = os.environ.get("COLLECTOR_S3_PUBLIC_ENDPOINT") or os.environ.get("AWS_ENDPOINT_URL_S3")
        return str(
            _client(public).generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": self._name(key)},
                ExpiresIn=LINK_SECONDS,
            )
        )

    def _name(self, key: str) -> str:
        parts = PurePosixPath(key)
        if not key or parts.is_absolute() or ".." in parts.parts:
            raise StoreError(f"{key!r} is no key: expected a relative path without '..'")
        return f"{self._prefix}/{parts}" if self._prefix else str(parts)

    def _put_whole(self, name: str, key: str, data: bytes, sha256: str) -> None:
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectDamaged(f"{key} changed on its way to {self.url}")
        _pace().wait(len(data))
        self._client.put_object(
            Bucket=self._bucket, Key=name, Body=data, ChecksumSHA256=_base64(sha256), IfNoneMatch="*"
        )

    def _put_parts(self, name: str, key: str, stream: IO[bytes], sha256: str) -> None:
        """Send parts, each with its checksum; only the last step makes the object."""
        place = {"Bucket": self._bucket, "Key": name}
        upload = self._client.create_multipart_upload(**place, ChecksumAlgorithm="SHA256")
        place["UploadId"] = upload["UploadId"]
        try:
            parts, sent = _send_parts(self._client, place, stream)
            if sent != sha256:
                raise ObjectDamaged(f"{key} changed on its way to {self.url}")
            self._client.complete_multipart_upload(**place, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            self._client.abort_multipart_upload(**place)
            raise


def _send_parts(client: Any, place: dict[str, str], stream: IO[bytes]) -> tuple[list[dict[str, Any]], str]:
    """Send a file in parts; returns what completes the upload, and the SHA-256 (hex) of what was sent."""
    whole = hashlib.sha256()
    parts: list[dict[str, Any]] = []
    while data := stream.read(PART_BYTES):
        whole.update(data)
        number, checksum = len(parts) + 1, _base64(hashlib.sha256(data).hexdigest())
        _pace().wait(len(data))
        answer = client.upload_part(**place, PartNumber=number, Body=data, ChecksumSHA256=checksum)
        parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum})
    return parts, whole.hexdigest()


class _OutOfRange(Exception):
    """The range begins behind the end of the object."""


@contextmanager
def _failures(url: str, key: str) -> Iterator[None]:
    """Tell the failures of S3 in our terms."""
    try:
        yield
    except ClientError as error:
        raise _failure(error, url, key) from error
    except BotoCoreError as error:
        raise StoreError(f"{url} cannot be reached for {key!r}: {error}") from error


def _failure(error: ClientError, url: str, key: str) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status in {409, 412}:
        return ObjectExists(f"{key} exists already in {url}; objects are never overwritten")
    if status == 416:
        return _OutOfRange(key)
    if code in {"NoSuchKey", "404"}:
        return ObjectMissing(f"{url} holds no {key}")
    if code in {"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}:
        return ObjectDamaged(f"{key} changed on its way to {url}")
    if status == 507 or code in {"InsufficientStorage", "QuotaExceeded"}:
        return StorageFull(f"no space is left for {key} in {url}")
    return StoreError(f"{url} refuses {key!r}: {error}")


@cache
def _client(endpoint: str | None) -> Any:
    """One client for each endpoint: it is safe to share between threads, and slow to make."""
    config = Config(read_timeout=_silence_seconds(), **_CONFIG)
    return _session().client("s3", endpoint_url=endpoint, config=config)


def _silence_seconds() -> float:
    return _number("COLLECTOR_S3_SECONDS", SILENCE_SECONDS)


@cache
def _pace() -> Pace:
    """One for all stores: they share the line."""
    return Pace(_number("COLLECTOR_UPLOAD_MB_PER_SECOND", 0) * 1e6)


def _number(name: str, default: float) -> float:
    text = os.environ.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise UsageError(f"{name}={text!r} is no number") from None


@cache
def _session() -> Any:
    session = boto3.Session()
    return session if session.region_name else boto3.Session(region_name=DEFAULT_REGION)


def _delta_options() -> dict[str, str]:
    credentials = _session().get_credentials()
    if credentials is None:
        raise StoreError("no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    frozen = credentials.get_frozen_credentials()
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3")
    options = {
        "AWS_ACCESS_KEY_ID": frozen.access_key,
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
        "AWS_REGION": _session().region_name,
        "AWS_CONDITIONAL_PUT": "etag",  # commits are atomic by If-None-Match, without a lock table
        "timeout": f"{_silence_seconds():g}s",
    }
    if frozen.token:
        options["AWS_SESSION_TOKEN"] = frozen.token
    if endpoint:
        options |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": str(endpoint.startswith("http:")).lower()}
    return options


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
