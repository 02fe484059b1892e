"""The agent's calls, typed: a server and its players, a tick at a time."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bots.bridge import Bridge
from bots.errors import AgentError, StageError
from bots.geometry import Box, Cell
from bots.server import ClockMode, NetworkServer
from bots.spawn import Place
from bots.terrain import Palette
from bots.tick import BlockChange, Row, Section
from bots.world import World

MINECRAFT = "1.18.2"
MAX_PLAYERS = 16

STEP_SECONDS = 4.5  # a tick takes milliseconds
CALL_SECONDS = 30.0
FOREIGN_SECONDS = 100.0  # servers that somebody else runs take their time to make land, and tell why not
LEAVE_SECONDS = 5.0
JOIN_SECONDS = 120.0  # for all players; each loads its whole view

SECTION_BYTES = 2 * 4096
BIOME_BYTES = 2 * 64


@dataclass(frozen=True, slots=True)
class Opened:
    """The server that was opened: its Minecraft version, and its world, bounded by `min_y` and `height` in
    blocks.
    """

    minecraft: str
    min_y: int
    height: int
    palette: Palette
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Timing:
    """How the clock of an episode has run.

    `started` is the date of tick 0 in ms since 1970. A virtual clock has no figures: it is exact. Of the
    others: `jitter_ms` tells how late the players were sampled against the clock, `reaction_ms` how long
    after that they acted (each a median `p50`, a `p99` and a `max`); `late_ticks` counts samples more than
    half a tick late, `lag_ticks` is the most that the server's own clock ran apart from ours, `given_up_ms`
    is time by which the clock was put back because it was too far behind.
    """

    started: int
    mode: ClockMode
    ticks_per_second: float | None = None
    jitter_ms: dict[str, float] | None = None
    reaction_ms: dict[str, float] | None = None
    late_ticks: int = 0
    lag_ticks: int = 0
    given_up_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """What a step has brought: the actions that were carried out, and the state after them.

    `players` hold their inventory only if it changed since the observation before.
    """

    actions: list[dict[str, bool]]
    players: list[Row]
    clock: Row
    entities: list[Row]
    blocks: list[BlockChange]
    sections: list[Section]
    signs: list[Row]


class Remote:
    """One Node process, in which stages are opened one after the other. Methods raise `StageError`s."""

    def __init__(self) -> None:
        self._spool = tempfile.TemporaryDirectory(prefix="stage-")
        self._file = Path(self._spool.name) / "sections"
        self._foreign = False
        try:
            self._bridge = Bridge()
        except BaseException:
            self._spool.cleanup()
            raise

    @property
    def pid(self) -> int:
        """The process id of Node."""
        return self._bridge.pid

    def close(self) -> None:
        """Ends the Node process; a server that somebody else runs is left as it was found. Closing twice is
        harmless.
        """
        if self._foreign:
            with contextlib.suppress(StageError):
                self._call("leave", deadline=LEAVE_SECONDS)
            self._foreign = False
        self._bridge.close()
        self._spool.cleanup()

    def open(
        self, world: World, seed: int, view_distance: int, server: NetworkServer | None = None
    ) -> Opened:
        """Opens an empty server of its own in place of the one before, or reaches another. `seed` is for what
        happens in play.
        """
        options: dict[str, Any] = {"world": asdict(world), "seed": seed, "viewDistance": view_distance}
        if server is None:
            options |= {"version": MINECRAFT, "maxPlayers": MAX_PLAYERS}
        else:
            options |= {"server": server.as_options()}
        self._foreign = server is not None
        opened = self._call("open", options)
        palette = Palette(opened["palette"])
        return Opened(opened["minecraft"], opened["minY"], opened["height"], palette, opened["versions"])

    def survey(self, columns: list[tuple[int, int]]) -> list[tuple[int, str]]:
        """The height and the name of the highest block at columns (x, z) of the world."""
        return [(y, name) for y, name in self._call("survey", columns)]

    def join(self, names: Sequence[str], places: Sequence[Place]) -> None:
        """Logs players in and waits until all stand still with their view loaded."""
        arrivals = [
            {"name": name, **place.position._asdict(), "yaw": place.yaw, "pitch": 0.0}
            for name, place in zip(names, places, strict=True)
        ]
        self._call("join", arrivals, JOIN_SECONDS)

    def request(self, requests: list[dict[str, Any]]) -> None:
        """Has the server carry out requests (see the agent's requests.js)."""
        self._call("request", requests)

    def settle(self) -> Observation:
        """Lets ticks pass until everybody stands still with their view loaded."""
        self._call("settle")
        return self._observation("observe", {})

    def begin(self) -> Observation:
        """The state before the first tick, with everything in view as new."""
        return self._observation("begin", {})

    def step(self, commands: list[dict[str, Any]], requests: list[dict[str, Any]]) -> Observation:
        """Plays one tick with a command for each player."""
        return self._observation("step", {"commands": commands, "requests": requests})

    def plan(self, player: int, x: float, y: float | None, z: float, reach: float) -> tuple[bool, list[Cell]]:
        """A way on foot (see `Player.plan`)."""
        found = self._call("plan", {"player": player, "x": x, "y": y, "z": z, "range": reach})
        return bool(found["complete"]), [Cell(*cell) for cell in found["path"]]

    def timing(self) -> Timing:
        """How the clock has run since the first tick."""
        return Timing(**self._call("clock"))

    def outline(self, player: int, cell: Cell) -> list[Box]:
        """How a player points at a block (see `Player.outline`)."""
        return [Box(*box) for box in self._call("outline", {"player": player, **cell._asdict()})]

    def _observation(self, method: str, argument: dict[str, Any]) -> Observation:
        seen = self._call(method, {**argument, "file": str(self._file)}, STEP_SECONDS)
        if seen["faults"]:
            raise AgentError("; ".join(seen["faults"]))
        sections = self._read_sections(seen["sections"]) if seen["sections"] else []
        blocks = [(x, y, z, state) for x, y, z, state in seen["blocks"]]
        return Observation(
            seen["actions"],
            seen["players"],
            seen["clock"],
            seen["entities"],
            blocks,
            sections,
            seen["signs"],
        )

    def _read_sections(self, positions: list[list[int]]) -> list[Section]:
        data = self._file.read_bytes()
        self._file.unlink()
        size = SECTION_BYTES + BIOME_BYTES
        return [
            Section(x, y, z, data[at : at + SECTION_BYTES], data[at + SECTION_BYTES : at + size])
            for at, (x, y, z) in zip(range(0, len(data), size), positions, strict=True)
        ]

    def _call(self, method: str, argument: Any = None, deadline: float | None = None) -> Any:
        usual = FOREIGN_SECONDS if self._foreign else CALL_SECONDS
        return self._bridge.call(method, argument, deadline=deadline or usual)
