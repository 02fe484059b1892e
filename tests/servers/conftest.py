"""Every backend that can be had here, for the conformance suite."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector.servers import DockerSpec, ExternalSpec, Server
from collector.servers.docker import DockerServer
from collector.servers.embedded import EmbeddedServer
from collector.servers.external import ExternalServer
from collector.servers.settings import ServerSettings
from tests.servers.local import LocalServer

IMAGE = "collector-minecraft"
DOCKERFILE = "docker/minecraft/Dockerfile"
ROOT = Path(__file__).parents[2]
BUILD_SECONDS = 600


@dataclass
class Backend:
    """A backend under test, and how to kill its server."""

    name: str
    server: Server
    kill: Callable[[], None] = lambda: None
    revive: Callable[[], None] = lambda: None


@functools.cache
def image_is_built() -> bool:
    """Build the image for trials; False when there is no Docker engine."""
    if shutil.which("docker") is None:
        return False
    if subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False).returncode != 0:
        return False
    words = ["docker", "build", "--quiet", "--tag", IMAGE, "--file", DOCKERFILE, "."]
    subprocess.run(words, cwd=ROOT, capture_output=True, timeout=BUILD_SECONDS, check=True)
    return True


def image_settings() -> ServerSettings:
    """For the image for trials, small."""
    return ServerSettings(image=IMAGE, memory_gb=1, cpus=1, view_distance=3, start_seconds=60)


def embedded(stack: ExitStack, rate: float | None) -> Backend:
    return Backend("embedded", EmbeddedServer())


def external(stack: ExitStack, rate: float | None) -> Backend:
    local = stack.enter_context(LocalServer())
    spec = ExternalSpec(host="127.0.0.1", port=local.port, ticks_per_second=rate)
    server = stack.enter_context(ExternalServer(spec, patience=5))
    return Backend("external", server, local.kill, local.start)


def in_docker(stack: ExitStack, rate: float | None) -> Backend:
    if not image_is_built():
        pytest.skip("no Docker engine")
    server = stack.enter_context(DockerServer(DockerSpec(ticks_per_second=rate), image_settings()))

    def kill() -> None:
        assert server._running
        server._running.container.kill()

    return Backend("docker", server, kill)


BACKENDS = {"embedded": embedded, "external": external, "docker": in_docker}


@pytest.fixture(scope="module", params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Each backend that can be had, in turn."""
    with ExitStack() as stack:
        yield BACKENDS[request.param](stack, None)
