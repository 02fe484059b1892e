"""Minecraft servers in containers, configured like `itzg/minecraft-server`, which runs Paper."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import docker
import psutil
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from bots.server import OPERATOR, NetworkServer
from bots.stage import MAX_PLAYERS
from bots.world import Surface, World
from collector.errors import ServerError, UsageError
from collector.servers.base import Capabilities, Health, Server
from collector.servers.ping import ping, wait_for
from collector.servers.settings import ServerSettings
from collector.servers.spec import PORT, DockerSpec

OWNER = "collector.owner"  # label: host, process id and start time of who started it
ADDRESS = "127.0.0.1"  # nobody outside this machine can reach a server in offline mode
MAX_PROCESSES = 512
ENGINE_SECONDS = 120  # for one call to the engine, but for pulls
LOG_LINES = 15
# The players all come from one address, one after the other: Paper would take that for an attack.
BUKKIT = "settings:\n  connection-throttle: -1\n"

LEVEL_TYPES = {"flat": "minecraft:flat", "terrain": "minecraft:normal"}
# Top layer, what is below it, and biome, by surface: as the embedded server's flat worlds.
SURFACES = {
    "grass": ("grass_block", "dirt", "plains"),
    "hills": ("grass_block", "dirt", "windswept_hills"),
    "snow": ("snow_block", "dirt", "snowy_plains"),
    "sand": ("sand", "sandstone", "desert"),
    "red_sand": ("red_sand", "red_sandstone", "desert"),
}


@dataclass(frozen=True, slots=True)
class _Running:
    """A server that was started, and what of it has to be removed."""

    world: World
    container: Any
    address: tuple[str, int]


class DockerServer(Server):
    """A server in a container of its own.

    It is on a network of its own and reached over the loopback interface, or on the network of a collector
    that runs in a container too.
    """

    capabilities = Capabilities(clocks=("realtime", "rate"), repeatable=False, chooses_world=True)

    def __init__(self, spec: DockerSpec, settings: ServerSettings) -> None:
        self._spec = spec
        self._settings = settings
        self._name = f"collector-minecraft-{uuid.uuid4().hex[:12]}"
        self._engine: Any = None
        self._running: _Running | None = None

    def ready(self, world: World, stopped: Callable[[], bool] = lambda: False) -> NetworkServer:
        """Start a server in that world, unless it runs already."""
        made = World(world.kind, world.seed, world.surface)  # the rest of it is for commands
        if self._running is None or self._running.world != made or not self.health().ok:
            self.stop()
            self._running = self._start(made, stopped)
        return NetworkServer(*self._running.address, OPERATOR, self._spec.ticks_per_second)

    def health(self) -> Health:
        """What the server answers now."""
        if self._running is None:
            return Health(ok=False, reason="not started")
        return ping(*self._running.address)

    def stop(self) -> None:
        """Remove the container, with its world, and its network."""
        self._running = None
        if self._engine is not None:
            with _explained():
                _remove(self._engine, {"name": self._name})
            self._engine.close()
            self._engine = None

    def _start(self, world: World, stopped: Callable[[], bool]) -> _Running:
        environment = _environment(self._settings, world)
        try:
            with _explained():
                self._engine = docker.from_env(timeout=ENGINE_SECONDS)
                remove_leaked(self._engine)
                self._pull()
                container = self._create(environment)
                container.start()
                address = _address(container, self._settings.network)
            self._wait(container, address, stopped)
        except BaseException:
            self.stop()
            raise
        return _Running(world, container, address)

    def _pull(self) -> None:
        image = self._settings.image
        try:
            self._engine.images.get(image)
        except ImageNotFound:
            try:
                self._engine.images.pull(image)
            except DockerException as error:
                raise ServerError(
                    f"the image {image} is not here and cannot be pulled ({error}); "
                    "set COLLECTOR_MINECRAFT_IMAGE to one that can (see docs/servers.md)"
                ) from error

    def _create(self, environment: dict[str, str]) -> Any:
        settings, labels = self._settings, {OWNER: _owner(os.getpid())}
        if not settings.network:
            self._engine.networks.create(self._name, driver="bridge", labels=labels)
        container = self._engine.containers.create(
            settings.image,
            name=self._name,
            environment=environment,
            labels=labels,
            network=settings.network or self._name,
            ports={} if settings.network else {f"{PORT}/tcp": (ADDRESS, None)},
            mem_limit=int(settings.memory_gb * 2**30),
            nano_cpus=int(settings.cpus * 1e9),
            pids_limit=MAX_PROCESSES,
            security_opt=["no-new-privileges:true"],
        )
        container.put_archive("/data", _archive("bukkit.yml", BUKKIT))
        return container

    def _wait(self, container: Any, address: tuple[str, int], stopped: Callable[[], bool]) -> None:
        """Wait until the server answers; tell what it printed last when it does not."""

        def check() -> None:
            with _explained():
                container.reload()
            if container.status != "running":
                raise ServerError(
                    f"the server's container ended ({container.status}){_last_output(container)}"
                )

        health = wait_for(*address, self._settings.start_seconds, stopped, check)
        if not health.ok:
            raise ServerError(
                f"the server did not answer within {self._settings.start_seconds:g} s "
                f"({health.reason}){_last_output(container)}"
            )


def remove_leaked(engine: Any) -> int:
    """Remove what processes of this machine that have ended left behind. Returns how many containers."""
    return _remove(engine, {"label": OWNER}, lambda labels: not _lives(labels[OWNER]))


def _remove(engine: Any, filters: dict[str, str], unwanted: Any = lambda _: True) -> int:
    count = 0
    for container in engine.containers.list(all=True, filters=filters, ignore_removed=True):
        if unwanted(container.labels):
            with contextlib.suppress(NotFound):
                container.remove(force=True, v=True)
                count += 1
    for network in engine.networks.list(filters=filters):
        if unwanted(network.attrs["Labels"]):
            with contextlib.suppress(NotFound):
                network.remove()
    return count


def _owner(pid: int) -> str:
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.2f}"


def _lives(owner: str) -> bool:
    host, pid, _ = owner.rsplit("/", 2)
    if host != socket.gethostname():
        return True  # not for us to tell
    try:
        return _owner(int(pid)) == owner
    except psutil.Error:
        return False


def _environment(settings: ServerSettings, world: World) -> dict[str, str]:
    """The variables of itzg/minecraft-server: offline, one operator, no RCON, the world that is asked for."""
    if world.kind not in LEVEL_TYPES:
        kinds = ", ".join(LEVEL_TYPES)
        raise UsageError(f"a server in a container has no world {world.kind!r}; choose one of {kinds}")
    return {
        "EULA": str(settings.eula).upper(),
        "TYPE": "PAPER",
        "VERSION": settings.version,
        **({"PAPER_BUILD": settings.build} if settings.build else {}),
        # Java takes more than its heap: leave it a quarter of the container.
        "MEMORY": f"{int(settings.memory_gb * 768)}M",
        "ONLINE_MODE": "FALSE",
        "ENFORCE_SECURE_PROFILE": "FALSE",
        "ENABLE_RCON": "FALSE",
        "OPS": OPERATOR,
        "MAX_PLAYERS": str(MAX_PLAYERS + 1),
        "SEED": str(world.seed),
        "LEVEL_TYPE": LEVEL_TYPES[world.kind],
        **({"GENERATOR_SETTINGS": _flat(world.surface)} if world.kind == "flat" else {}),
        "GENERATE_STRUCTURES": "FALSE" if world.kind == "flat" else "TRUE",
        "VIEW_DISTANCE": str(settings.view_distance),
        "SPAWN_PROTECTION": "0",
        "ALLOW_FLIGHT": "TRUE",  # a player that stalls in the air is no cheat
        "MAX_TICK_TIME": "-1",
    }


def _flat(surface: Surface) -> str:
    """The layers of a flat world, 128 blocks deep, so that players stand at y = 64."""
    top, filling, biome = SURFACES[surface]
    layers = [("bedrock", 1), ("stone", 124), (filling, 2), (top, 1)]
    blocks = [{"block": f"minecraft:{block}", "height": height} for block, height in layers]
    return json.dumps({"layers": blocks, "biome": f"minecraft:{biome}"})


def _address(container: Any, network: str) -> tuple[str, int]:
    """Where a container that runs is reached."""
    container.reload()
    settings = container.attrs["NetworkSettings"]
    if network:
        return settings["Networks"][network]["IPAddress"], PORT
    bound = settings["Ports"].get(f"{PORT}/tcp")
    if not bound:
        raise ServerError(f"the server's container has published no port{_last_output(container)}")
    return ADDRESS, int(bound[0]["HostPort"])


def _last_output(container: Any) -> str:
    with contextlib.suppress(DockerException):
        text = container.logs(tail=LOG_LINES).decode(errors="replace").strip()
        return "\n  last output:\n    " + "\n    ".join(text.splitlines())
    return ""


def _archive(name: str, text: str) -> bytes:
    data, buffer = text.encode(), io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.uid, entry.gid = len(data), 1000, 1000  # the user that the image runs as
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Tell the engine's errors as ours."""
    try:
        yield
    except APIError as error:
        raise ServerError(f"the Docker engine refuses: {error.explanation or error}") from error
    except (DockerException, requests.RequestException) as error:
        raise ServerError(
            f"the Docker engine does not answer: {error}; is it running, and may this user use it?"
        ) from error
