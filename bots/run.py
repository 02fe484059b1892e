"""Playing one episode: places and kits, then ticks until the scripts have ended."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence

from bots.episodes.base import Episode
from bots.errors import EpisodeTooLong
from bots.geometry import wrap
from bots.player import Player
from bots.remote import Observation, Opened, Remote
from bots.scene import Scene
from bots.script import Script
from bots.spawn import find_places
from bots.terrain import Terrain
from bots.tick import SIGN, Event, Row, Tick

TICKS_PER_SECOND = 20

# The columns of an action that are keys or buttons; the other two are the camera's.
ACTIONS = (
    *("forward", "back", "left", "right", "jump", "sneak", "sprint", "attack", "use", "mount", "dismount"),
    *("place_block", "place_entity", "mine", *(f"hotbar.{slot}" for slot in range(1, 10))),
    *("inventory", "drop"),
)
IDLE = dict.fromkeys((f"action.{key}" for key in ACTIONS), False)


class Run:
    """One episode on an opened server. `seed` is a text from which all randomness comes; `live` tells that
    time passes there while nobody asks.
    """

    def __init__(self, remote: Remote, opened: Opened, seed: str, *, live: bool = False) -> None:
        self._remote = remote
        self._live = live
        self._seed = seed
        self._terrain = Terrain(opened.palette, range(opened.min_y, opened.min_y + opened.height))
        self._rng = random.Random(seed)
        self.scene = Scene([], self._terrain, self._rng)

    def enter(self, names: Sequence[str], episode: type[Episode]) -> Observation:
        """Brings the players in and gives them the type's kit."""
        places = find_places(self._rng, len(names), episode.distance, self._remote.survey)
        self._remote.join(names, places)
        self.scene.players.extend(self._make_players(names))
        for player in self.scene.players:
            for slot, (item, count) in enumerate(episode.kit, start=1):
                self.scene.give(player, item, count, slot)
        self._remote.request(self.scene.take_requests())
        seen = self._remote.begin()
        self._learn(seen)
        return seen

    def prepare(self, episode: Episode, seen: Observation) -> Observation:
        """Runs the type's set-up; what it brings to light counts as seen at the start."""
        for player in self.scene.players:
            player.overshoot = episode.parameters.overshoot
        for _ in episode.prepare():
            seen = self._settle(seen)
        # On a server that does not wait, the world has moved on meanwhile: look again.
        return self._settle(seen) if self.scene.pending or self._live else seen

    def ticks(self, episode: Episode, seen: Observation) -> Iterator[Tick]:
        """Plays until all scripts have ended. Raises what a script raises, or `EpisodeTooLong`."""
        limit = round(episode.max_seconds * TICKS_PER_SECOND)
        scripts = [episode.script(player) for player in self.scene.players]
        running = set(range(len(scripts)))
        for index in range(limit):
            self.scene.tick = index
            running -= {player for player in sorted(running) if _ended(scripts[player])}
            if not running:
                return
            commands = [player.take_command() for player in self.scene.players]
            after = self._remote.step(commands, self.scene.take_requests())
            rows = [player.state for player in self.scene.players]
            self._learn(after)
            yield Tick(
                index=index,
                players=self._with_actions(rows, after),
                clock=seen.clock,
                entities=seen.entities,
                blocks=seen.blocks,
                sections=seen.sections,
                events=[*(Event(None, SIGN, sign) for sign in seen.signs), *self.scene.take_events()],
            )
            seen = after
        raise EpisodeTooLong(f"the scripts had not ended after {limit} ticks")

    def _make_players(self, names: Sequence[str]) -> list[Player]:
        players = [
            Player(
                index,
                name,
                self._terrain,
                random.Random(f"{self._seed}/{index}"),
                self._remote,
                self.scene.log,
            )
            for index, name in enumerate(names)
        ]
        for player in players:
            player.others = [other for other in players if other is not player]
        return players

    def _learn(self, seen: Observation) -> None:
        self._terrain.learn(seen.sections, seen.blocks)
        self.scene.entities = seen.entities
        for player, state in zip(self.scene.players, seen.players, strict=True):
            player.state = {"inventory": player.state.get("inventory", []), **state}

    def _settle(self, before: Observation) -> Observation:
        self._remote.request(self.scene.take_requests())
        after = self._remote.settle()
        self._learn(after)
        return Observation(
            actions=after.actions,
            players=after.players,
            clock=after.clock,
            entities=after.entities,
            blocks=before.blocks + after.blocks,
            sections=before.sections + after.sections,
            signs=before.signs + after.signs,
        )

    def _with_actions(self, rows: list[Row], after: Observation) -> list[Row]:
        return [
            {
                **row,
                **IDLE,
                **{f"action.{key}": on for key, on in done.items()},
                "action.camera_yaw": wrap(player.yaw - row["yaw"]),
                "action.camera_pitch": player.pitch - row["pitch"],
            }
            for row, done, player in zip(rows, after.actions, self.scene.players, strict=True)
        ]


def seed_number(seed: str) -> int:
    """A 32-bit number of a seed text."""
    return zlib.crc32(seed.encode())


def _ended(script: Script[None]) -> bool:
    try:
        next(script)
    except StopIteration:
        return True
    return False
