"""Particles of blocks that are dug and broken, and orbs of experience: small pictures that face the eye.

Numbers, sizes, speeds and lifetimes are the client's; its random numbers are not, so a seed made of tick and
place stands for them. A particle falls, slows down, and stays on what it falls upon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.assets.shapes import NOTHING
from collector.render.assets.texels import TexelPool
from collector.render.bodies.entities import Entities
from collector.render.bodies.facets import Vector
from collector.render.gaze import eye_of
from collector.render.kernel.render import ENTITY, PARTICLE
from collector.render.kernel.structs import Facet, records
from collector.render.tracks import Tracks
from collector.render.world.history import Place
from collector.render.world.world import World

LONGEST = 40  # ticks
SIDE = 4  # of the cube of particles that a broken block bursts into
PIECE = 0.25  # side of a particle's picture, of the block's
DARK = 0.6
REACH = 6.0  # blocks from which a player's attack may have broken a block
GRAVITY, DRAG, FRICTION = 0.04, 0.98, 0.7
ORB_STEPS = (3, 7, 17, 37, 73, 149, 307, 617, 1237, 2477)  # of experience, from which an orb looks larger
ORB_SIZE, ORB_LIFT = 0.3, 0.1
ORB_SHEET = 64


@dataclass(frozen=True)
class Burst:
    """Particles that start at a tick: their paths [ticks, n, 3], lifetimes, half sides, pictures' corners."""

    tick: int
    state: int
    path: Vector
    life: NDArray[np.int64]
    size: Vector
    piece: Vector


class Particles:
    """All particles of a recording; textures go to `pool`."""

    def __init__(
        self, recording: Recording, tracks: Tracks, entities: Entities, world: World, pool: TexelPool
    ) -> None:
        self._tracks, self._world, self._entities = tracks, world, entities
        self._history = world.history
        self._players = len(recording.meta.players)
        self._attacks = recording.players["action.attack"].to_numpy(zero_copy_only=False)
        self._sources: dict[int, list[tuple[Place, int, int]]] = {}
        for tick, place, before, after in self._history.changes():
            if self._is_gone(before, after) and self._was_hit(tick, place):
                self._sources.setdefault(tick, []).append((place, before, -1))
        for tick, player in np.argwhere(tracks.player["dig_stage"] >= 0).tolist():
            x, y, z = (int(tracks.player[f"dig_{axis}"][tick, player]) for axis in "xyz")
            state = self._history.state((x, y, z), tick)
            self._sources.setdefault(tick, []).append(((x, y, z), state, player))
        self._pictures = {
            state: world.particle_picture(pool, state)
            for state in {source[1] for sources in self._sources.values() for source in sources}
        }
        orb = world.assets.picture("entity/experience_orb")
        self._orb = pool.add("entity/experience_orb", orb)[:2]
        self._bursts: dict[int, list[Burst]] = {}

    def facets(self, tick: int, axes: Vector) -> NDArray[np.void]:
        """Records of the particles of a tick before an eye whose `axes` have rows right, up, forward."""
        parts = [
            self._drawn(burst, tick, axes)
            for start in range(max(tick - LONGEST + 1, 0), tick + 1)
            for burst in self._at(start)
        ]
        orbs = [row for row in self._entities.at(tick) if row["type"] == "experience_orb"]
        return np.concatenate([records(Facet, 0), *parts, *(self._orb_facet(row, axes) for row in orbs)])

    def _at(self, tick: int) -> list[Burst]:
        if tick not in self._sources:
            return []
        if tick not in self._bursts:
            self._bursts[tick] = [self._burst(tick, *source) for source in self._sources[tick]]
        return self._bursts[tick]

    def _is_gone(self, before: int, after: int) -> bool:
        kind = self._world.shapes.kind
        return bool(kind[before] != NOTHING and kind[after] == NOTHING)

    def _was_hit(self, tick: int, place: Place) -> bool:
        """Whether a player can have broken a block: attacked just before, and is near."""
        for player in range(self._players):
            at = max(tick - 1, 0)
            if self._attacks[at * self._players + player]:
                eye = eye_of(self._tracks.state(at, player))
                if float(np.linalg.norm(eye - np.array(place) - 0.5)) < REACH:
                    return True
        return False

    def _burst(self, tick: int, place: Place, state: int, player: int) -> Burst:
        random = np.random.default_rng([tick, *(abs(v) for v in place), player + 1])
        if player < 0:
            steps = (np.stack(np.meshgrid(*[np.arange(SIDE)] * 3), -1).reshape(-1, 3) + 0.5) / SIDE
            start, push, strength, scale = place + steps, steps - 0.5, 1.0, 1.0
        else:
            start, push = self._chip(tick, place, player, random), np.zeros((1, 3))
            strength, scale = 0.2, 0.6
        count = len(start)
        speed = push + random.uniform(-0.4, 0.4, (count, 3))
        pace = (random.random(count) + random.random(count) + 1) * 0.15 * 0.4
        speed *= (pace / np.maximum(np.linalg.norm(speed, axis=1), 1e-6))[:, None]
        speed = speed * strength + [0.0, 0.1 if player < 0 else 0.1 * strength, 0.0]
        return Burst(
            tick,
            state,
            self._fall(tick, start, speed),
            np.minimum((4 / (random.random(count) * 0.9 + 0.1)).astype(np.int64), LONGEST),
            0.1 * (random.random(count) * 0.5 + 0.5) * scale,
            np.floor(random.random((count, 2)) * 3 * 4) / 4 * PIECE,
        )

    def _chip(self, tick: int, place: Place, player: int, random: np.random.Generator) -> Vector:
        """Where a chip springs from the face of the block that a player looks at."""
        row = self._tracks.state(tick, player)
        away = eye_of(row) - np.array(place) - 0.5
        axis = int(np.abs(away).argmax())
        spot = random.uniform(0.1, 0.9, 3)
        spot[axis] = 1.1 if away[axis] > 0 else -0.1
        return np.asarray([place + spot])

    def _fall(self, tick: int, start: Vector, speed: Vector) -> Vector:
        """The path of particles, [ticks, n, 3]."""
        place, path = start.copy(), [start.copy()]
        for step in range(1, LONGEST):
            speed[:, 1] -= GRAVITY
            moved = place + speed
            for i, target in enumerate(moved):
                if self._is_solid(target, tick + step):
                    speed[i] *= [FRICTION, 0.0, FRICTION]
                    moved[i] = place[i]
            place = moved
            speed *= DRAG
            path.append(place.copy())
        return np.array(path)

    def _is_solid(self, point: Vector, tick: int) -> bool:
        cell = (int(np.floor(point[0])), int(np.floor(point[1])), int(np.floor(point[2])))
        return bool(self._world.states.full[self._history.state(cell, tick)])

    def _drawn(self, burst: Burst, tick: int, axes: Vector) -> NDArray[np.void]:
        alive = burst.life > tick - burst.tick
        place, size = burst.path[tick - burst.tick][alive], burst.size[alive]
        offset, width, tint = self._pictures[burst.state]
        result = billboards(place - self._world.volume.origin, size, axes)
        result["uv"], result["texture"], result["width"] = burst.piece[alive] * width, offset, width
        result["du"], result["dv"] = (PIECE * width, 0), (0, PIECE * width)
        result["segment"] = PARTICLE
        if len(result):
            result["colour"] = self._world.light_colour(place[0]) * tint * DARK
        return result

    def _orb_facet(self, row: dict[str, Any], axes: Vector) -> NDArray[np.void]:
        place = np.array([[row["x"], row["y"] + ORB_LIFT + ORB_SIZE / 2, row["z"]]])
        result = billboards(place - self._world.volume.origin, np.array([ORB_SIZE / 2]), axes)
        icon = sum(row["count"] >= step for step in ORB_STEPS)
        result["uv"], result["du"], result["dv"] = (icon % 4 * 16, icon // 4 * 16), (16, 0), (0, 16)
        result["texture"], result["width"] = self._orb
        phase = row["tick"] / 2
        result["colour"] = (np.sin(phase) + 1) / 2, 1.0, (np.sin(phase + 4 * np.pi / 3) + 1) / 10
        result["segment"] = ENTITY + self._players + row["slot"]
        return result


def billboards(place: Vector, half: Vector, axes: Vector) -> NDArray[np.void]:
    """Squares around places that face the eye."""
    result = records(Facet, len(place))
    right, up, forward = axes
    side = half[:, None]
    result["corner"] = place - right * side + up * side
    result["right"], result["down"] = right / (2 * side), -up / (2 * side)
    result["normal"] = -forward
    return result
