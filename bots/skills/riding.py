"""Minecarts: a track around a yard, putting a cart onto it, getting in, riding, getting out."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bots.errors import SkillFailed
from bots.geometry import Cell, Vec, heading
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait, within
from bots.skills.aiming import unobstructed
from bots.skills.looking import look, look_at, steer
from bots.skills.moving import TURN_STEP, walk_to
from bots.skills.using import use_block

RADIUS = 4  # blocks from the middle of the yard to the track
YARD = RADIUS + 1
DRIVEN = ((RADIUS, -1), (-RADIUS, 1))  # where powered rails are: two, or else an empty cart would never stop
CURVES = {(-1, -1): "south_east", (1, -1): "south_west", (1, 1): "north_west", (-1, 1): "north_east"}
CART = "minecart"
MIDDLE = 0.35  # blocks above a cart's position
IN_REACH = 2.6
AWAY = (1.2, 2.2)  # blocks from the track to where one stands
PATIENCE = 200  # ticks
BOARDING = 800  # ticks
ASIDE = 1.5  # blocks
PUSH_TICKS = 300  # until a cart should be on its way
UNDER_WAY = 0.25  # blocks per tick
PAUSE = (4, 16)  # ticks


class Track:
    """A square of rails around `middle`, inside which there is room to stand. `turn`: 1 rides to the left
    around it, -1 to the right.
    """

    def __init__(self, middle: Cell, turn: int) -> None:
        self._middle = middle
        self._turn = turn

    def build(self, scene: Scene) -> None:
        """Lays the rails on a level yard of `YARD`."""
        for x, z in _ring():
            cell = self._middle.plus(x, 0, z)
            corner = CURVES.get((x // RADIUS, z // RADIUS)) if abs(x) == abs(z) else None
            shape = corner or ("north_south" if abs(x) == RADIUS else "east_west")
            if (x, z) in DRIVEN:
                scene.set_block(cell.plus(0, -1, 0), "redstone_block")
                scene.set_block(cell, "powered_rail", shape=shape)
            else:
                scene.set_block(cell, "rail", shape=shape)

    def rail_near(self, spot: Cell) -> Cell:
        """The straight rail beside which a spot inside lies."""
        x, z = spot.x - self._middle.x, spot.z - self._middle.z
        if abs(x) >= abs(z):
            return self._middle.plus(RADIUS if x > 0 else -RADIUS, 0, z)
        return self._middle.plus(x, 0, RADIUS if z > 0 else -RADIUS)

    def beside(self, place: Vec, rng: random.Random) -> Vec:
        """A spot inside from which a place on the track is in reach."""
        centre, most, aside = self._middle.floor(), RADIUS - rng.uniform(*AWAY), rng.uniform(-ASIDE, ASIDE)
        x, z = place.x - centre.x, place.z - centre.z
        x, z = (x, z + aside) if abs(x) >= abs(z) else (x + aside, z)
        return centre.plus(max(-most, min(most, x)), 0, max(-most, min(most, z)))

    def along(self, place: Vec) -> float:
        """The yaw of riding on from a place."""
        offset = place.minus(self._middle.floor())
        if abs(offset.x) >= abs(offset.z):
            way = Vec(0.0, 0.0, -self._turn if offset.x > 0 else self._turn)
        else:
            way = Vec(self._turn if offset.z > 0 else -self._turn, 0.0, 0.0)
        return heading(way)


def _ring() -> Iterator[tuple[int, int]]:
    side = range(-RADIUS, RADIUS + 1)
    return ((x, z) for x in side for z in side if RADIUS in (abs(x), abs(z)))


def put_cart(player: Player, scene: Scene, rail: Cell) -> Script[None]:
    """Puts a cart onto a rail. Raises `SkillFailed` when there is none then."""
    yield from use_block(player, rail, CART)
    if not any(place.cell() == rail for place in _carts(scene).values()):
        raise SkillFailed(f"no cart stands at {tuple(rail)} where {player.name} put one")


def get_in(player: Player, scene: Scene, track: Track) -> Script[None]:
    """Goes to the nearest standing cart that nobody sits in, and gets in. Raises `SkillFailed`."""
    yield from within(BOARDING, _try_carts(player, scene, track), f"getting into a cart, by {player.name}")


def _try_carts(player: Player, scene: Scene, track: Track) -> Script[None]:
    here = True  # until it did not work from here: players may stand within each other
    while player.vehicle is None:
        point = yield from _choose_cart(player, scene)
        near = player.position.flat_distance(point) < IN_REACH
        if not (here and near and unobstructed(player, [point])):
            spot = track.beside(point, player.rng)
            yield from walk_to(player, spot.x, spot.z, reach=0.3)
        yield from look_at(player, point)
        yield from wait(player.rng.randint(*PAUSE))
        if unobstructed(player, [point]):
            player.use()
        yield from wait(2)
        here = False


def _choose_cart(player: Player, scene: Scene) -> Script[Vec]:
    """Waits until the nearest cart without a rider stands. Returns what to aim at."""
    before: Vec | None = None
    while True:
        taken = {other.vehicle for other in player.others}
        free = [place for entity, place in _carts(scene).items() if entity not in taken]
        nearest = min(free, key=player.position.distance, default=None)
        if nearest and nearest == before:
            return nearest.plus(0, MIDDLE, 0)
        before = nearest
        yield


def _carts(scene: Scene) -> dict[int, Vec]:
    """Where all carts are, by entity."""
    return {row["entity"]: Vec(row["x"], row["y"], row["z"]) for row in scene.entities if row["type"] == CART}


def push_off(player: Player, track: Track) -> Script[None]:
    """Sets the cart in motion, with the key forward, until it runs by itself. Raises `SkillFailed`."""

    def running() -> bool:
        return player.velocity.length() > UNDER_WAY

    yield from look(player, track.along(player.position), player.pitch)
    yield from within(PUSH_TICKS, until(running, _press_on(player, track)), f"the start of {player.name}")


def get_out(player: Player) -> Script[None]:
    """Gets out, moving or not. Raises `SkillFailed`."""
    player.hold("sneak")
    yield
    yield from within(PATIENCE, until(lambda: player.vehicle is None and player.on_ground), "getting out")


def _press_on(player: Player, track: Track) -> Script[None]:
    while True:
        player.hold("forward")
        steer(player, track.along(player.position), player.pitch, TURN_STEP)
        yield
