"""Runs SeaweedFS in a container, makes the bucket, and checks that it is there."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

BUCKET = os.environ.get("BUCKET", "datasets")
MADE = Path("/dev/shm/bucket-made")
START_SECONDS = 100.0
FILER = ("127.0.0.1", 8888)
S3 = ("127.0.0.1", 8333)
OPTIONS = {
    "dir": "/data",
    "ip": socket.gethostname(),
    "ip.bind": "0.0.0.0",
    "s3.port": S3[1],
    "s3.config": "/run/secrets/s3_identities",
    "master.volumeSizeLimitMB": 1024,
    "volume.max": 0,  # as many as the disk holds
    "master.telemetry": "false",
    "master.electionTimeout": "1s",
    "volume.preStopSeconds": 0,
    "s3.port.iceberg": 0,  # nothing here speaks these protocols
    "s3.port.lance": 0,
}


def main() -> int:
    """Run the server until it ends."""
    MADE.unlink(missing_ok=True)
    server = subprocess.Popen(["weed", "server", "-filer", "-s3", *(f"-{k}={v}" for k, v in OPTIONS.items())])
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if answers(FILER) and make_bucket():
            MADE.touch()
            break
        time.sleep(0.5)
    return server.wait()


def make_bucket() -> bool:
    """Make the bucket; True when it is there."""
    shell = subprocess.run(
        ["weed", "shell"],
        input=f"s3.bucket.create -name {BUCKET}\ns3.bucket.list\nexit\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return BUCKET in shell.stdout.split()


def answers(address: tuple[str, int]) -> bool:
    """Whether something listens there."""
    with suppress(OSError), socket.create_connection(address, timeout=2):
        return True
    return False


if __name__ == "__main__":
    sys.exit(main() if "check" not in sys.argv else not (MADE.exists() and answers(S3)))
