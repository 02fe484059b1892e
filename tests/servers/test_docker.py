"""Servers in containers: what is started is removed, whatever happens, and nobody else can reach it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import docker
import pytest

from bots.world import World
from collector.errors import ServerError, Stopped, UsageError
from collector.servers import DockerSpec
from collector.servers.docker import OWNER, DockerServer, remove_leaked
from tests.servers.conftest import image_is_built, image_settings

WORLD = World(kind="flat", seed=3)

START_AND_DIE = """
import os, signal
from tests.servers.test_docker import DockerServer, DockerSpec, WORLD, image_settings
DockerServer(DockerSpec(), image_settings()).ready(WORLD)
os.kill(os.getpid(), signal.SIGKILL)
"""

BROKEN = b"""FROM debian:bookworm-slim
RUN mkdir /data
CMD ["sh", "-c", "echo out of luck; exit 3"]
"""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _image() -> None:
    if not image_is_built():
        pytest.skip("no Docker engine")


@pytest.fixture
def engine() -> Iterator[Any]:
    """The engine itself, to look what is there."""
    client = docker.from_env(timeout=20)
    yield client
    client.close()


def ours(engine: Any) -> tuple[set[str], set[str]]:
    """The names of all containers and networks that carry our label."""
    containers = engine.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
    networks = engine.networks.list(filters={"label": OWNER})
    return {container.name for container in containers}, {network.name for network in networks}


def test_a_server_has_limits_and_a_private_network(engine: Any) -> None:
    before = ours(engine)
    with DockerServer(DockerSpec(), image_settings()) as server:
        server.ready(WORLD)
        (name,) = ours(engine)[0] - before[0]
        container = engine.containers.get(name)
        host, settings = container.attrs["HostConfig"], container.attrs["NetworkSettings"]
        assert host["Memory"] == 2**30
        assert host["NanoCpus"] == 1e9
        assert host["PidsLimit"] > 0
        assert set(settings["Networks"]) == {name}
        assert [port["HostIp"] for port in settings["Ports"]["25565/tcp"]] == ["127.0.0.1"]
        variables = dict(line.split("=", 1) for line in container.attrs["Config"]["Env"])
        assert variables["ONLINE_MODE"] == "FALSE"
        assert variables["ENABLE_RCON"] == "FALSE"
        assert variables["OPS"] == "Operator"
        assert variables["SEED"] == "3"
        bits, _ = container.get_archive("/data/bukkit.yml")
        assert b"connection-throttle: -1" in b"".join(bits)
    assert ours(engine) == before


def test_one_server_serves_a_world_and_another_world_another(engine: Any) -> None:
    with DockerServer(DockerSpec(), image_settings()) as server:
        first = server.ready(WORLD)
        assert server.ready(World(kind="flat", seed=3, surface="grass")) == first
        assert server.ready(World(kind="flat", seed=4)) != first
        assert len(ours(engine)[0]) == 1


def test_a_start_that_fails_leaves_nothing(engine: Any) -> None:
    before = ours(engine)
    built, _ = engine.images.build(fileobj=io.BytesIO(BROKEN), rm=True)
    broken = image_settings().model_copy(update={"image": built.id})
    try:
        with DockerServer(DockerSpec(), broken) as server, pytest.raises(ServerError, match="out of luck"):
            server.ready(WORLD)
    finally:
        engine.images.remove(built.id)
    assert ours(engine) == before


def test_a_start_can_be_stopped(engine: Any) -> None:
    before = ours(engine)
    with DockerServer(DockerSpec(), image_settings()) as server, pytest.raises(Stopped):
        server.ready(WORLD, stopped=lambda: True)
    assert ours(engine) == before


def test_an_image_that_is_nowhere_is_told() -> None:
    missing = image_settings().model_copy(update={"image": "localhost:1/missing:1"})
    with (
        DockerServer(DockerSpec(), missing) as server,
        pytest.raises(ServerError, match=r"COLLECTOR_MINECRAFT_IMAGE"),
    ):
        server.ready(WORLD)


def test_a_world_that_cannot_be_made_is_told() -> None:
    with (
        DockerServer(DockerSpec(), image_settings()) as server,
        pytest.raises(UsageError, match="flat, terrain"),
    ):
        server.ready(World(kind="hills"))


def test_what_a_killed_process_left_is_removed(engine: Any) -> None:
    before = ours(engine)
    subprocess.run([sys.executable, "-c", START_AND_DIE], timeout=100, check=False)
    assert len(ours(engine)[0] - before[0]) == 1
    assert remove_leaked(engine) == 1
    assert ours(engine) == before
