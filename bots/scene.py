"""What the scripts of one episode share."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from bots.errors import OutsideWorld
from bots.geometry import Cell, Vec
from bots.player import HOTBAR, Player
from bots.terrain import Terrain
from bots.tick import Event, Row

Send = Callable[[list[dict[str, Any]]], None]


class Scene:
    """Players, ground and seeded randomness of an episode, and what the stage can be asked for.

    `entities` are the rows of everything but players that somebody sees, before the tick that is being
    decided. Requests (`give`, `set_block`, …) reach the server before the next tick; a `prepare` of an
    episode type sees their effect after a `yield`.
    """

    def __init__(self, players: list[Player], terrain: Terrain, rng: random.Random) -> None:
        self.players = players
        self.terrain = terrain
        self.rng = rng
        self.tick = 0
        self.metadata: dict[str, Any] = {}
        self.entities: list[Row] = []
        self._events: list[Event] = []
        self._requests: list[dict[str, Any]] = []

    @property
    def middle(self) -> Vec:
        """The middle between all players, at the height of the highest."""
        positions = [player.position for player in self.players]
        return Vec(
            sum(p.x for p in positions) / len(positions),
            max(p.y for p in positions),
            sum(p.z for p in positions) / len(positions),
        )

    def log(self, player: int | None, kind: str, data: dict[str, Any]) -> None:
        """Notes an event."""
        self._events.append(Event(player, kind, data))

    def note(self, kind: str, **data: Any) -> None:
        """Notes an event that concerns everybody, such as a random choice."""
        self.log(None, kind, data)

    def give(self, player: Player, item: str, count: int, slot: int) -> None:
        """Puts items into a hotbar slot (0-8), in place of what is there."""
        self._ask("give", player=player.index, item=item, count=count, slot=HOTBAR + slot)

    def teleport(self, player: Player, position: Vec, yaw: float, pitch: float = 0.0) -> None:
        """Puts a player somewhere, looking that way (radians). Only before the first tick: players cannot
        do it.
        """
        self._ask("teleport", player=player.index, **position._asdict(), yaw=yaw, pitch=pitch)

    def set_block(self, cell: Cell, name: str, **properties: Any) -> None:
        """Changes a block of the world. Raises `OutsideWorld` where nobody has seen it yet."""
        self._ask("block", **self._loaded(cell)._asdict(), name=name, properties=properties)

    def fill_chest(self, cell: Cell, items: Sequence[tuple[int, str, int]]) -> None:
        """Puts items into a chest, or a half of a large one: slot (0-26), name and count of each. Raises
        `OutsideWorld` where nobody has seen the world yet.
        """
        self._ask("fillChest", **self._loaded(cell)._asdict(), items=list(items))

    def write_sign(
        self, cell: Cell, lines: Sequence[str], colour: str = "black", *, glowing: bool = False
    ) -> None:
        """Writes up to four lines on a sign, in the colour of a dye."""
        self._ask("sign", **cell._asdict(), lines=list(lines), colour=colour, glowing=glowing)

    def let_die(self) -> None:
        """From now on players can die; without this they keep one point of health."""
        self._ask("mortal", mortal=True)

    def make_hungry(self, player: Player, food: int) -> None:
        """Sets how full a player is (0 to 20)."""
        self._ask("hunger", player=player.index, food=food)

    def spawn(self, name: str, position: Vec) -> None:
        """Makes a hostile mob appear: zombie, husk, spider, or skeleton, which shoots."""
        self._ask("spawn", name=name, **position._asdict())

    def set_time(self, time: int, *, running: bool = True) -> None:
        """Sets the time of day (0-23999; 6000 is noon)."""
        self._ask("time", time=time, running=running)

    @property
    def pending(self) -> bool:
        """Whether there are requests that the server has not got yet."""
        return bool(self._requests)

    def set_weather(self, rain: float, thunder: float = 0.0) -> None:
        """Lets the weather change to these levels (0 to 1), over some seconds."""
        self._ask("weather", rain=rain, thunder=thunder)

    def take_events(self) -> list[Event]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    def take_requests(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        requests, self._requests = self._requests, []
        return requests

    def _loaded(self, cell: Cell) -> Cell:
        if not self.terrain.holds(cell):
            lowest, highest = self.terrain.heights[0], self.terrain.heights[-1]
            raise OutsideWorld(
                f"the block at {tuple(cell)} cannot be changed, because no world is loaded there; expected a "
                f"place in sight of the players, {lowest} to {highest} high"
            )
        return cell

    def _ask(self, request: str, **details: Any) -> None:
        self._requests.append({"request": request, **details})
