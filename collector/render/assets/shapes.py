"""What the kernel knows of block states: rectangles, variants, flags; baked for a recording's states."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.assets.bake import FACES, NORMALS, Rectangle, bake
from collector.render.assets.files import Assets
from collector.render.assets.models import Models, Part
from collector.render.assets.states import State, States
from collector.render.assets.texels import MAX_LEVELS, TexelPool
from collector.render.assets.tints import tint_kind
from collector.render.kernel.structs import Quad, records

# Kinds of shapes.
NOTHING, CUBE, QUADS = 0, 1, 2
# How a state's texels cover what is behind.
OPAQUE, CUTOUT, TRANSLUCENT = 0, 1, 2
WATER, LAVA = 16, 32  # of a fluid code, see `fluid_code`
FLUID_KIND = WATER | LAVA  # its bits that tell them apart
FIRM = 64  # the bit of blocks of solid material, beside which a fluid does not slope
TRANSLUCENT_BLOCKS = ("stained_glass", "stained_glass_pane", "tinted_glass")
TRANSLUCENT_NAMES = ("ice", "frosted_ice", "slime_block", "honey_block", "nether_portal", "bubble_column")
# Blocks whose faces vanish where two of them touch.
MERGING_NAMES = ("glass", "ice", "frosted_ice", "slime_block", "honey_block", "iron_bars", "glass_pane")
# Textures that the client samples with mip levels although they have holes.
MIPPED_CUTOUT = ("_leaves", "grass_block", "glass_pane", "glass", "iron_bars")
# Plants that the client shifts at random: some sideways only, some down as well.
SUNK = (
    *("grass", "short_grass", "fern", "crimson_roots", "warped_roots", "nether_sprouts", "hanging_roots"),
    "small_dripleaf",
)
SHIFTED = (
    *(
        "dandelion",
        "poppy",
        "blue_orchid",
        "allium",
        "azure_bluet",
        "red_tulip",
        "orange_tulip",
        "white_tulip",
    ),
    *(
        "pink_tulip",
        "oxeye_daisy",
        "cornflower",
        "lily_of_the_valley",
        "wither_rose",
        "tall_grass",
        "large_fern",
    ),
    *(
        "sunflower",
        "lilac",
        "rose_bush",
        "peony",
        "bamboo",
        "bamboo_sapling",
        "dead_bush",
        "sweet_berry_bush",
    ),
    *("torchflower", "pitcher_plant", "open_eyeblossom", "closed_eyeblossom"),
)
FACE_SHADE = {"up": 1.0, "down": 0.5, "north": 0.8, "south": 0.8, "west": 0.6, "east": 0.6}
INVISIBLE = ("air", "cave_air", "void_air", "light", "barrier", "structure_void", "moving_piston")

BOUNDARY, OCCLUSION, MIPPED = 1, 2, 4
SHIFTED_KIND, SUNK_KIND = 1, 2


@dataclass
class Shapes:
    """Tables by state id (`kind`, `alpha`, `group`, `fluid`, `offset`, `variant`), variants and rectangles.

    `offset` says whether the client shifts the block by its place: 0 not, 1 sideways, 2 down as well.
    `variant` gives the first row and the number of rows in `variants`, and of the first row the first
    rectangle and the number of rectangles; a row is cumulative weight, first rectangle, number of rectangles.
    A CUBE has exactly six, in the order of `bake.FACES`. `bounds` [n, 2, 3] is the box around all looks of a
    state, in its cell.
    """

    kind: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    group: NDArray[np.uint16]
    fluid: NDArray[np.uint8]
    offset: NDArray[np.uint8]
    variant: NDArray[np.int32]
    variants: NDArray[np.int32]
    quads: NDArray[np.void]
    bounds: NDArray[np.float32]
    missing: set[str]


class ShapeBaker:
    """Bakes the shapes of a set of states; textures go to `pool`."""

    def __init__(self, assets: Assets, states: States, pool: TexelPool) -> None:
        self._assets, self._states, self._pool = assets, states, pool
        self._models = Models(assets)
        self._quads: list[NDArray[np.void]] = []
        self._variants: list[tuple[int, int, int]] = []
        self._missing: set[str] = set()
        self._parts: dict[tuple[str, float, float, bool], list[Rectangle]] = {}

    def bake(self, wanted: Iterable[int]) -> Shapes:
        """The tables, filled in for the states in `wanted`."""
        count = len(self._states)
        shapes = Shapes(
            np.zeros(count, np.uint8),
            np.zeros(count, np.uint8),
            np.zeros(count, np.uint16),
            np.zeros(count, np.uint8),
            np.zeros(count, np.uint8),
            np.zeros((count, 4), np.int32),
            np.zeros((0, 3), np.int32),
            records(Quad, 0),
            np.zeros((count, 2, 3), np.float32),
            self._missing,
        )
        for index in sorted(set(wanted)):
            self._bake_state(self._states[index], shapes)
        shapes.variants = np.array(self._variants or [(1, 0, 0)], np.int32)
        shapes.quads = np.concatenate(self._quads) if self._quads else records(Quad, 1)
        return shapes

    def _bake_state(self, state: State, shapes: Shapes) -> None:
        shapes.fluid[state.id] = fluid_code(state, firm=self._states.is_firm(state))
        if state.name in INVISIBLE or state.name in ("water", "lava"):
            return
        looks = [
            (variant.weight, [r for part in variant.parts for r in self._part(part)])
            for variant in self._models.variants(state)
        ]
        if not any(rectangles for _, rectangles in looks):
            # A wall may have no part at all; a part without any element is one that the assets lack.
            parts = [part for variant in self._models.variants(state) for part in variant.parts]
            if state.name != "bubble_column" and (parts or not looks):
                self._missing.add(f"block:{state.name}")
            return
        cube = all(is_cube(merged) for _, r in looks for merged in [merge(r)])
        shapes.kind[state.id] = CUBE if cube else QUADS
        shapes.alpha[state.id] = max(self._alpha(state, base) for _, r in looks for base, _ in merge(r))
        if state.name in MERGING_NAMES or state.name.endswith(("stained_glass", "stained_glass_pane")):
            shapes.group[state.id] = state.block + 1
        if state.name in (*SUNK, *SHIFTED):
            shapes.offset[state.id] = SUNK_KIND if state.name in SUNK else SHIFTED_KIND
        shapes.bounds[state.id] = bounds([r for _, rectangles in looks for r in rectangles])
        first = len(self._variants)
        total = 0
        for weight, rectangles in looks:
            total += weight
            self._add_variant(state, total, merge(rectangles), cube)
        shapes.variant[state.id] = first, len(looks), *self._variants[first][1:]

    def _part(self, part: Part) -> list[Rectangle]:
        """The rectangles of a placed model; many states share them."""
        key = part.model.name, part.x, part.y, part.uvlock
        if key not in self._parts:
            self._parts[key] = bake(part)
        return self._parts[key]

    def _add_variant(self, state: State, total: int, layers: list[Layers], cube: bool) -> None:
        if cube:
            layers = sorted(layers, key=lambda pair: FACES.index(pair[0].face))
        self._variants.append((total, len(self._quads), len(layers)))
        self._quads.extend(self._quad(state, *pair) for pair in layers)

    def _alpha(self, state: State, rectangle: Rectangle) -> int:
        if state.name.endswith(TRANSLUCENT_BLOCKS) or state.name in TRANSLUCENT_NAMES:
            return TRANSLUCENT
        return OPAQUE if bool((self._texture(rectangle.texture)[..., 3] > 250).all()) else CUTOUT

    def _texture(self, name: str) -> NDArray[np.uint8]:
        picture = self._assets.texture(name)
        if picture is None:
            self._missing.add(f"texture:{name}")
            return MISSING
        return picture

    def _quad(self, state: State, base: Rectangle, over: Rectangle | None) -> NDArray[np.void]:
        quad = records(Quad, 1)
        offset, width, height = self._pool.add(base.texture, self._texture(base.texture))
        scale = np.array([width, height]) / 16
        quad["corner"], quad["normal"] = base.corner, base.normal
        quad["right"] = base.right / np.dot(base.right, base.right)
        quad["down"] = base.down / np.dot(base.down, base.down)
        quad["uv"], quad["du"], quad["dv"] = base.uv * scale, base.du * scale, base.dv * scale
        quad["texture"], quad["width"], quad["height"] = offset, width, height
        quad["level"] = min(math.log2(min(width, height)), MAX_LEVELS - 1)
        quad["tint"] = tint_kind(state, base.tint)
        quad["over"] = -1
        if over is not None:
            quad["over"] = self._pool.add(over.texture, self._texture(over.texture))[0]
            quad["over_tint"] = tint_kind(state, over.tint)
        quad["face"] = FACES.index(base.face)
        quad["shade"] = FACE_SHADE[base.shaded_as]
        quad["flags"] = self._flags(state, base)
        return quad

    def _flags(self, state: State, base: Rectangle) -> int:
        flags = BOUNDARY if on_boundary(base) else 0
        if base.occlusion and self._states.emission[state.id] == 0:
            flags |= OCCLUSION
        solid = bool((self._texture(base.texture)[..., 3] > 250).all())
        if solid or state.name.endswith(MIPPED_CUTOUT):
            flags |= MIPPED
        return flags


Layers = tuple[Rectangle, Rectangle | None]
MISSING = np.tile(np.array([[[255, 0, 255, 255], [0, 0, 0, 255]]], np.uint8), (16, 8, 1))


def bounds(rectangles: list[Rectangle]) -> NDArray[np.float64]:
    """Lower and upper corner of the box around rectangles."""
    points = np.array(
        [r.corner + a * r.right + b * r.down for r in rectangles for a in (0, 1) for b in (0, 1)]
    )
    return np.stack([points.min(0), points.max(0)])


def fluid_code(state: State, *, firm: bool) -> int:
    """0 for none, 16 for water, 32 for lava, plus the fluid's level, plus 64 for solid material."""
    kind = {"": 0, "water": WATER, "lava": LAVA}[state.fluid]
    return kind + min(state.fluid_level, 8) + FIRM * firm


def merge(rectangles: list[Rectangle]) -> list[Layers]:
    """Pair each rectangle with the one that lies exactly on it, such as the green fringe of a grass block."""
    result: dict[tuple[float, ...], Layers] = {}
    for rectangle in rectangles:
        place = place_key(rectangle)
        base = result.get(place)
        if base is None or base[1] is not None:
            result[place if base is None else (*place, len(result))] = (rectangle, None)
        else:
            result[place] = (base[0], rectangle)
    return list(result.values())


def place_key(rectangle: Rectangle) -> tuple[float, ...]:
    """The place and texture coordinates of a rectangle, equal for rectangles that lie on each other."""
    parts = (rectangle.corner, rectangle.right, rectangle.down, rectangle.uv, rectangle.du, rectangle.dv)
    return tuple((np.concatenate(parts) * 4096).round().tolist())


def is_cube(layers: list[Layers]) -> bool:
    """Whether these are exactly the six faces of the cell."""
    bases = [base for base, _ in layers]
    return len(bases) == 6 and {base.face for base in bases if is_cell_face(base)} == set(FACES)


def is_cell_face(rectangle: Rectangle) -> bool:
    """Whether a rectangle covers a whole face of the cell."""
    sides = float(np.linalg.norm(rectangle.right)), float(np.linalg.norm(rectangle.down))
    return on_boundary(rectangle) and np.allclose(sides, 1.0, atol=1e-5)


def on_boundary(rectangle: Rectangle) -> bool:
    """Whether a rectangle lies in the face of the cell that it looks through."""
    normal = np.array(NORMALS[rectangle.face], float)
    if float(np.dot(normal, rectangle.normal)) < 0.999:
        return False
    plane = 1.0 if normal.sum() > 0 else 0.0
    return bool(abs(float(np.dot(np.abs(normal), rectangle.corner)) - plane) < 1e-4)


def to_device(shapes: Shapes, device: str) -> dict[str, wp.array]:
    """The tables as Warp arrays."""
    return {
        "kind": wp.array(shapes.kind, dtype=wp.uint8, device=device),
        "alpha": wp.array(shapes.alpha, dtype=wp.uint8, device=device),
        "group": wp.array(shapes.group, dtype=wp.uint16, device=device),
        "offset": wp.array(shapes.offset, dtype=wp.uint8, device=device),
        "fluid": wp.array(shapes.fluid, dtype=wp.uint8, device=device),
        "variant": wp.array(shapes.variant, dtype=wp.vec4i, device=device),
        "variants": wp.array(shapes.variants, dtype=wp.vec3i, device=device),
        "quads": wp.array(shapes.quads, dtype=Quad, device=device),
    }
