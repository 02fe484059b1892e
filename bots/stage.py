"""A stage: N players, one server, one clock, one seeded random generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from bots.episodes import Episode, episode_type
from bots.errors import BotsError, PlayerCountError, StageError, StageUnavailable
from bots.player import Player
from bots.remote import MAX_PLAYERS, MINECRAFT, Opened, Remote, Timing
from bots.run import Run, seed_number
from bots.scene import Scene
from bots.script import Script
from bots.server import NetworkServer
from bots.tick import Tick
from bots.world import World

__all__ = ["EPOCH_MS", "MAX_PLAYERS", "MINECRAFT", "NAMES", "Outcome", "Stage"]

EPOCH_MS = 1_700_000_000_000  # the virtual clock's time when a stage opens
NAMES = (
    *("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel"),
    *("India", "Juliett", "Kilo", "Lima", "Mike", "November", "Oscar", "Papa"),
)

ScriptOf = Callable[[Player, Scene], Script[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an episode ended: well, or the reason why not."""

    ok: bool
    reason: str = ""


class Stage:
    """N players on one server and one clock. A context manager; one stage at a time in a process.

    Everything random comes from `seed`, the world's seed and the number of the episode: with the same
    values an episode is the same, tick by tick, whatever was played before it.

    With a `server`, that is where the players go: real time, and neither a world of its own for each episode
    nor the same episode twice.

    `opened` describes the server of the last episode; `outcome` tells how that ended and `metadata` what
    its type noted about it.
    """

    def __init__(
        self,
        *,
        players: int = 2,
        world: World | None = None,
        seed: int = 0,
        view_distance: int = 8,
        server: NetworkServer | None = None,
    ) -> None:
        if not 1 <= players <= MAX_PLAYERS:
            raise PlayerCountError(f"a stage has 1 to {MAX_PLAYERS} players, not {players}")
        self.names = NAMES[:players]
        self.world = world or World()
        self.seed = seed
        self.view_distance = view_distance
        self.server = server
        self.opened: Opened | None = None
        self.outcome = Outcome(ok=False, reason="nothing was played")
        self.metadata: dict[str, Any] = {}
        self._remote: Remote | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of Node, None when it does not run."""
        return self._remote.pid if self._remote is not None else None

    @property
    def timing(self) -> Timing:
        """How the clock of the last episode has run since its first tick. Raises `StageUnavailable` when Node
        does not run.
        """
        if self._remote is None:
            raise StageUnavailable("nothing is being played, so no clock runs")
        return self._remote.timing()

    def close(self) -> None:
        """Ends the Node process. Closing twice is harmless."""
        if self._remote is not None:
            self._remote.close()
            self._remote = None

    def play(
        self, kind: str | type[Episode], parameters: Mapping[str, Any] | None = None, *, number: int = 0
    ) -> Iterator[Tick]:
        """Plays episode `number` of a type (by name or class) in a fresh world, and yields its ticks.

        A script that fails or runs past the type's deadline ends the ticks; see `outcome`. Raises
        `UnknownEpisodeType`, `PlayerCountError` or pydantic's `ValidationError` at once, and while playing a
        `StageError` when the Node process fails (the next `play` starts another).
        """
        cls = episode_type(kind) if isinstance(kind, str) else kind
        fewest, most = cls.players
        if not fewest <= len(self.names) <= most:
            raise PlayerCountError(f"{cls.name} is for {fewest} to {most} players, not {len(self.names)}")
        chosen = cls.Parameters.model_validate(parameters or {})
        return self._play(cls, lambda scene: cls(chosen, scene), number)

    def play_script(self, script: ScriptOf, *, number: int = 0) -> Iterator[Tick]:
        """Plays a function as the script of every player, without an episode type: for tests and trials."""

        class Trial(Episode):
            players = (1, MAX_PLAYERS)

            def script(self, player: Player) -> Script[None]:
                return script(player, self.scene)

        return self._play(Trial, lambda scene: Trial(Trial.Parameters(), scene), number)

    def _play(self, cls: type[Episode], make: Callable[[Scene], Episode], number: int) -> Iterator[Tick]:
        self.outcome = Outcome(ok=False, reason="not played to the end")
        self.metadata = {}
        try:
            run = self._open(f"{self.seed}/{self.world.seed}/{number}")
            seen = run.enter(self.names, cls)
            episode = make(run.scene)
            seen = run.prepare(episode, seen)
            yield from run.ticks(episode, seen)
            self.metadata = run.scene.metadata
            self.outcome = Outcome(ok=True)
        except StageError as error:
            self.outcome = Outcome(ok=False, reason=str(error))
            self.close()
            raise
        except BotsError as error:
            self.outcome = Outcome(ok=False, reason=str(error))
        except Exception as error:
            # A fault of a script must not take other episodes down; the reason tells what it was.
            self.outcome = Outcome(ok=False, reason=f"{type(error).__name__}: {error}")

    def _open(self, seed: str) -> Run:
        if self._remote is None:
            self._remote = Remote()
        self.opened = self._remote.open(self.world, seed_number(seed), self.view_distance, self.server)
        return Run(self._remote, self.opened, seed, live=self.server is not None)
