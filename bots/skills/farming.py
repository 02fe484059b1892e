"""Working a field: tilling, sowing, making crops grow, harvesting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bots.errors import SkillFailed
from bots.geometry import Cell
from bots.player import Player
from bots.script import Script, wait
from bots.skills.aiming import point_to_use
from bots.skills.looking import look_at
from bots.skills.moving import step_to
from bots.skills.using import use_block

HOES = tuple(f"{tier}_hoe" for tier in ("diamond", "iron", "stone", "wooden"))
MEALS = 8  # of bone meal that a crop takes at most
TRIES = 3
PICK_UP_TICKS = 30


def till_and_sow(player: Player, row: Sequence[Cell], seeds: str) -> Script[None]:
    """Makes farmland of a row of ground and sows on it, the farthest last and first: what is nearer must not
    yet hide it. Raises `SkillFailed`.
    """
    for ground in row:
        yield from till(player, ground)
    for ground in reversed(row):
        yield from sow(player, ground, seeds)


def grow_and_harvest(player: Player, row: Sequence[Cell]) -> Script[None]:
    """Makes what grows on a row of ground ripe and brings it in. Raises `SkillFailed`."""
    crops = [ground.plus(0, 1, 0) for ground in row]
    for crop in reversed(crops):
        yield from grow(player, crop)
    for crop in crops:
        yield from harvest(player, crop)


def till(player: Player, ground: Cell) -> Script[None]:
    """Makes farmland of a block of grass or dirt. Raises `SkillFailed`."""
    yield from _use(player, ground, HOES, lambda: player.terrain.block(ground).name == "farmland", "till")


def sow(player: Player, ground: Cell, seeds: str) -> Script[None]:
    """Sows on farmland. Raises `SkillFailed`."""
    crop = ground.plus(0, 1, 0)
    yield from _use(player, ground, (seeds,), lambda: not player.terrain.block(crop).air, "sow")


def grow(player: Player, crop: Cell) -> Script[None]:
    """Gives a crop bone meal until it takes no more. Raises `SkillFailed`."""
    for _ in range(MEALS):
        before = player.count("bone_meal")
        yield from use_block(player, crop, "bone_meal")
        if player.count("bone_meal") == before:
            return
    raise SkillFailed(f"{player.name} could not make the crop at {tuple(crop)} ripe")


def harvest(player: Player, crop: Cell) -> Script[None]:
    """Breaks a crop and walks over it to pick up what it gives. Raises `SkillFailed`."""
    for _ in range(TRIES):
        yield from look_at(player, point_to_use(player, crop))
        player.attack()
        yield
        yield from wait(2)
        if player.terrain.block(crop).air:
            yield from step_to(player, crop.floor(), near=0.4)
            yield from wait(PICK_UP_TICKS)
            return
    raise SkillFailed(f"{player.name} could not harvest at {tuple(crop)}")


def _use(
    player: Player, cell: Cell, items: tuple[str, ...], done: Callable[[], bool], what: str
) -> Script[None]:
    for _ in range(TRIES):
        yield from use_block(player, cell, *items)
        if done():
            return
    raise SkillFailed(f"{player.name} could not {what} at {tuple(cell)}")
