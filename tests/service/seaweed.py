"""A real S3 service for tests: SeaweedFS, in one process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import pytest
from botocore.config import Config

from collector.ports import free_port
from collector.store import s3

ACCESS = "tester"
SECRET = "not-a-secret-of-anyone"
BUCKET = "datasets"
START_SECONDS = 40.0


class Seaweed:
    """Serves S3 on a free port, with its data in `folder`, as long as the context lasts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def client(self, secret: str = SECRET) -> Any:
        """A client of its own, for what the store does not do."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=ACCESS,
            aws_secret_access_key=secret,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def start(self) -> None:
        """Start it, and wait until an object can be put and read."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        config = self.folder / "s3.json"
        config.write_text(json.dumps(_identities()))
        ports = {name: _free_port() for name in ("master.port", "volume.port", "filer.port")}
        options = {
            "dir": data,
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.port": self.port,
            "s3.config": config,
            "master.volumeSizeLimitMB": 64,
            "volume.max": 50,
            "master.telemetry": "false",
            "master.electionTimeout": "1s",
            "volume.preStopSeconds": 0,
            "s3.port.iceberg": 0,  # these two listen on ports of their own, the same in every server
            "s3.port.lance": 0,
            **ports,
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("weed")), "server", "-filer", "-s3"]
                + [f"-{name}={value}" for name, value in options.items()],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        client = self.client()
        while True:
            try:
                if BUCKET not in [one["Name"] for one in client.list_buckets()["Buckets"]]:
                    client.create_bucket(Bucket=BUCKET)
                client.put_object(Bucket=BUCKET, Key="probe", Body=b"x")
                client.get_object(Bucket=BUCKET, Key="probe")["Body"].read()
            except Exception:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """Kill it as a crash would."""
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


def use_s3(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """Set the environment that says where S3 is and who we are, for this process and those it starts."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    forget_s3()


def forget_s3() -> None:
    """Let the next call look at the environment anew."""
    s3._client.cache_clear()
    s3._session.cache_clear()


def _identities() -> dict[str, Any]:
    credentials = [{"accessKey": ACCESS, "secretKey": SECRET}]
    return {"identities": [{"name": ACCESS, "credentials": credentials, "actions": ["Admin"]}]}


def _free_port() -> int:
    """A free port for which port + 10000, which SeaweedFS also takes, is one."""
    while True:
        port = free_port()
        if port < 55_000:
            return port
