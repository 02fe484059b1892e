"""One wall, built by turns: each places some blocks and looks at the next, who goes on."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.geometry import Face
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until
from bots.skills.building import leave
from bots.skills.looking import follow, look_at
from bots.skills.structures import build_all, on_ground, wall

BLOCKS = ("stone", "oak_planks", "bricks", "cobblestone")


class RelayBuildingParameters(EpisodeParameters):
    """Sizes in blocks."""

    width: int = Field(6, ge=2, le=12)
    height: int = Field(2, ge=1, le=3)
    turn: int = Field(3, ge=1, description="blocks in a row by the same player")
    between: int = Field(4, ge=0, description="ticks between two blocks")


class RelayBuilding(Episode):
    """The wall stands in the middle between the players; everybody has a material of their own."""

    name = "relayBuilding"
    players = (2, 8)
    typical_seconds = 40
    distance = (6, 9)
    kit = (*TOOLS, *((block, 64) for block in BLOCKS))
    Parameters = RelayBuildingParameters
    parameters: RelayBuildingParameters

    def __init__(self, parameters: RelayBuildingParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        along = scene.rng.choice((Face(1, 0, 0), Face(0, 0, 1)))
        cells = wall(scene.middle.cell(), along, parameters.width, parameters.height)
        self.cells = on_ground(scene.terrain, cells)
        self.turns = [self.cells[at:][: parameters.turn] for at in range(0, len(cells), parameters.turn)]
        self.turn = 0
        scene.note("wall", cells=[list(cell) for cell in self.cells])

    def script(self, player: Player) -> Script[None]:
        """Builds when it is this player's turn; watches the builder otherwise."""
        yield from leave(player, self.cells)
        players, block = self.scene.players, BLOCKS[player.index % len(BLOCKS)]
        for turn, cells in enumerate(self.turns):
            builder, after = (players[(turn + step) % len(players)] for step in (0, 1))
            if builder is player:
                yield from build_all(player, cells, block, self.parameters.between)
                yield from leave(player, self.cells)
                yield from look_at(player, after)
                self.turn = turn + 1
            yield from until(lambda turn=turn: self.turn > turn, follow(player, builder))  # type: ignore[misc]
        yield from look_at(player, self.cells[0].centre())
