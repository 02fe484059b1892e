"""What a recording holds: the metadata model and the columns of every table.

Row `i` of a player holds the state *before* the action of tick `i`, and that action. A tick is 50 ms of
game time. Angles are radians, lengths blocks, velocities blocks per tick. Yaw 0 looks north (-z) and grows
to the left (counter-clockwise from above); pitch 0 is level and grows upward: the view direction is
(-sin yaw cos pitch, sin pitch, -cos yaw cos pitch), as in mineflayer.
"""

from __future__ import annotations

from typing import Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from collector.recording.actions import ACTION_KEYS, EXTRA_KEYS

SCHEMA_VERSION = 2
TICK_MS = 50
SECTION_BLOCKS = 16 * 16 * 16
SECTION_BIOMES = 4 * 4 * 4


class Model(BaseModel):
    """Base of the metadata models: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Seeds(Model):
    """Where all randomness of an episode comes from."""

    job: int
    world: int
    episode: int


class PlayerMeta(Model):
    """One player of the episode; its place in `Meta.players` is its index in the tables."""

    name: str


class WorldMeta(Model):
    """The world that was played in. `min_y` and `height` bound it, in blocks."""

    kind: str
    min_y: int
    height: int


class Outcome(Model):
    """How the script ended: `ok`, or the reason why not."""

    ok: bool
    reason: str = ""


class Spread(Model):
    """A measured quantity: its median, the value that 99 of 100 are below, and the greatest."""

    p50: float
    p99: float
    max: float


class ClockMeta(Model):
    """How the clock of an episode has run.

    A `virtual` clock waits for everybody, so there is nothing to measure. One that runs in `realtime`, or at
    a `rate` that the server was told, has `ticks_per_second` and figures: `jitter_ms`, how late the players
    were sampled against the clock; `reaction_ms`, how long after that they acted; `late_ticks`, samples more
    than half a tick late; `lag_ticks`, the most that the server's own clock ran apart from ours;
    `given_up_ms`, time by which the clock was put back because it was too far behind.
    """

    mode: Literal["virtual", "realtime", "rate"] = "virtual"
    ticks_per_second: float | None = None
    jitter_ms: Spread | None = None
    reaction_ms: Spread | None = None
    late_ticks: int = 0
    lag_ticks: int = 0
    given_up_ms: float = 0.0


class File(Model):
    """Size in bytes and SHA-256 (hex) of one file of the recording."""

    bytes: int
    sha256: str


class Header(Model):
    """What is known of an episode before its first tick.

    `start_time` is the clock's epoch time of tick 0, in milliseconds.
    """

    schema_version: int = SCHEMA_VERSION
    episode: str
    type: str
    parameters: dict[str, Any]
    seeds: Seeds
    players: tuple[PlayerMeta, ...]
    start_time: int
    minecraft: str
    world: WorldMeta
    versions: dict[str, str]


class Meta(Header):
    """`meta.json`: written last, so a recording that has one is whole.

    `metadata` is what the episode type notes about the episode, such as who built what.
    """

    ticks: int
    outcome: Outcome
    metadata: dict[str, Any] = {}
    clock: ClockMeta = ClockMeta()
    files: dict[str, File]


# A stack: slot, name, how many; uses that a tool has behind it (0 for what does not wear out), and whether it
# is enchanted, both null before they were recorded.
ITEM = pa.struct(
    [
        ("slot", pa.int16()),
        ("item", pa.string()),
        ("count", pa.int16()),
        ("damage", pa.int16()),
        ("enchanted", pa.bool_()),
    ]
)

STATE = [
    ("x", pa.float64()),  # feet
    ("y", pa.float64()),
    ("z", pa.float64()),
    ("yaw", pa.float64()),
    ("pitch", pa.float64()),
    ("vx", pa.float64()),
    ("vy", pa.float64()),
    ("vz", pa.float64()),
    ("eye_height", pa.float32()),  # above the feet; already lowered while sneaking
    ("on_ground", pa.bool_()),
    ("in_water", pa.bool_()),
    ("in_lava", pa.bool_()),
    ("sneaking", pa.bool_()),
    ("sprinting", pa.bool_()),
    # How the body is held, by the game's name: standing, crouching, swimming (also crawling), fall_flying,
    # sleeping, spin_attack, dying; null before it was recorded. Sneaking is told by its own column at once.
    ("pose", pa.string()),
    ("alive", pa.bool_()),
    ("health", pa.float32()),  # 0 … 20
    ("food", pa.int16()),  # 0 … 20
    ("air", pa.int16()),  # ticks of breath left, 300 when full
    ("vehicle", pa.int32()),  # the entity that the player sits in, null on foot (and before it was recorded)
    ("xp_level", pa.int16()),
    ("xp_progress", pa.float32()),  # 0 … 1 to the next level
    ("hotbar_slot", pa.int8()),  # 0 … 8
    ("held_item", pa.string()),  # item name, "" when empty
    # The occupied slots of the player window: 5-8 armour, 9-35 main, 36-44 hotbar, 45 off hand.
    ("inventory", pa.list_(ITEM)),
    ("swing", pa.int16()),  # ticks since the arm swing began, -1 when still; a swing lasts 6 ticks
    ("hurt", pa.int16()),  # ticks of red tint left, 0 … 10
    ("dig_x", pa.int32()),  # the block that is being broken; only meaningful while dig_stage >= 0
    ("dig_y", pa.int32()),
    ("dig_z", pa.int32()),
    ("dig_stage", pa.int8()),  # crack texture 0 … 9, -1 when not breaking
    # The open screen: "" (none), "inventory" (one's own), "chest", "large_chest", "crafting". While one
    # is open the mouse moves its cursor instead of the camera: `action.attack` is a left click there,
    # `action.use` a right click.
    ("window", pa.string()),
    # The occupied slots of the screen's own part; those of the player are in `inventory`. chest 0-26,
    # large_chest 0-53, crafting 0 result and 1-9 grid (row by row), inventory 0 result and 1-4 grid.
    ("window_items", pa.list_(ITEM)),
    ("carried", ITEM),  # on the mouse cursor, its slot -1; null when nothing
    # Tip of the cursor in GUI pixels from the top-left corner of the texture, + = right and down, as
    # slots lie in it (inventory and crafting 176 x 166, chest 176 x 168, large_chest 176 x 222). In the
    # middle when a screen opens; 0 when none is open.
    ("cursor_x", pa.float32()),
    ("cursor_y", pa.float32()),
]

ACTION = [(f"action.{key}", pa.bool_()) for key in (*ACTION_KEYS, *EXTRA_KEYS) if key != "camera"] + [
    ("action.camera_yaw", pa.float64()),
    ("action.camera_pitch", pa.float64()),
]

KEY = [("tick", pa.int32()), ("player", pa.int16())]
POSITION = [("x", pa.int32()), ("y", pa.int32()), ("z", pa.int32())]

TABLES: dict[str, pa.Schema] = {
    # One row per tick and player, ordered by tick, then player.
    "players": pa.schema([*KEY, ("render_time", pa.int64()), *STATE, *ACTION]),
    # One row per tick: the clock and the sky.
    "ticks": pa.schema(
        [
            ("tick", pa.int32()),
            ("time_of_day", pa.int32()),  # 0 … 23999; 6000 is noon
            ("age", pa.int64()),  # world age in ticks
            ("rain", pa.float32()),  # 0 … 1
            ("thunder", pa.float32()),  # 0 … 1
        ]
    ),
    # One row per tick and entity that some player sees; players are not in it.
    "entities": pa.schema(
        [
            ("tick", pa.int32()),
            ("entity", pa.int32()),
            ("type", pa.string()),
            ("x", pa.float64()),
            ("y", pa.float64()),
            ("z", pa.float64()),
            ("yaw", pa.float64()),
            ("pitch", pa.float64()),
            ("head_yaw", pa.float64()),
            ("hurt", pa.int16()),
            ("item", pa.string()),  # of a dropped item, an item frame; what a mob holds
            ("count", pa.int16()),
            # JSON object of what else its picture depends on: {"state": id} of a falling block,
            # {"dying": ticks since its death, 0 … 20}, {"aiming": true} (a bow, held up), {"drawing": ticks
            # since it began to draw the bow} of a mob, {"enchanted": true} if the item is.
            ("metadata", pa.string()),
        ]
    ),
    # Changes of the world: the block at the position has this state from row `tick` on.
    "blocks": pa.schema([("tick", pa.int32()), *POSITION, ("state", pa.int32())]),
    # What happened: phases, chat, errors, every random choice. `player` is null for the whole stage, `data`
    # is a JSON object.
    "events": pa.schema(
        [("tick", pa.int32()), ("player", pa.int16()), ("kind", pa.string()), ("data", pa.string())]
    ),
    # One row per 16x16x16 section as first seen, with the tick from which it is known. Position in
    # sections; `blocks` 4096 uint16 LE state ids, `biomes` 64 uint16 LE biome ids (4x4x4), both ordered
    # y, z, x. A section that is not in the table is air.
    "world": pa.schema([("tick", pa.int32()), *POSITION, ("blocks", pa.binary()), ("biomes", pa.binary())]),
}
