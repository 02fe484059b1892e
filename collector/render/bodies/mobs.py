"""The bodies of mobs: bones and boxes as in the game's model files (facts: sizes, places, texture offsets).

A kind that is not listed here is drawn as a grey box of its size, see `crowd`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from collector.render.bodies.boxes import Bone, Box, Pose
from collector.render.bodies.person import Motion

Bones = dict[str, Bone]
RIGHT_ANGLE = np.pi / 2


@dataclass(frozen=True)
class Mob:
    """A kind of mob: bones, its picture (the first of `pictures` that exists), how it moves, its size.

    `glow` is a picture of what shines in the dark, `layers` bodies drawn over it (with their picture),
    `shadow` the radius of its shadow, `ground` how far below the model's zero the ground is, in sixteenths,
    `turn` how far the model is turned from facing north, `roll` how far it rolls to its side when it dies, in
    degrees.
    """

    bones: Bones
    pictures: tuple[str, ...]
    pose: Callable[[Motion], Pose]
    scale: float = 1.0
    shadow: float = 0.5
    glow: str = ""
    ground: float = 24.0
    turn: float = 0.0
    roll: float = 90.0
    layers: tuple[tuple[Bones, str], ...] = ()


def legs(
    size: tuple[float, float, float],
    uv: tuple[int, int],
    spread: float,
    top: float,
    back: float,
    front: float,
    grow: float = 0.0,
) -> Bones:
    """Four legs under a body, named by corner."""
    box = Box((-size[0] / 2, 0, -size[2] / 2), size, uv, grow)
    return {
        "right_hind": Bone((-spread, top, back), (box,)),
        "left_hind": Bone((spread, top, back), (box,)),
        "right_fore": Bone((-spread, top, front), (box,)),
        "left_fore": Bone((spread, top, front), (box,)),
    }


def lying(pivot: tuple[float, float, float], *boxes: Box) -> Bone:
    """A trunk that is drawn upright and lies on its belly."""
    return Bone(pivot, boxes, (RIGHT_ANGLE, 0, 0))


PIG: Bones = {
    "head": Bone((0, 12, -6), (Box((-4, -4, -8), (8, 8, 8), (0, 0)), Box((-2, 0, -9), (4, 3, 1), (16, 16)))),
    "body": lying((0, 11, 2), Box((-5, -10, -7), (10, 16, 8), (28, 8))),
    **legs((4, 6, 4), (0, 16), 3, 18, 7, -5),
}
COW: Bones = {
    "head": Bone(
        (0, 4, -8),
        (
            Box((-4, -4, -6), (8, 8, 6), (0, 0)),
            Box((-5, -5, -4), (1, 3, 1), (22, 0)),
            Box((4, -5, -4), (1, 3, 1), (22, 0)),
        ),
    ),
    "body": lying((0, 5, 2), Box((-6, -10, -7), (12, 18, 10), (18, 4)), Box((-2, 2, -8), (4, 6, 1), (52, 0))),
    **legs((4, 12, 4), (0, 16), 4, 12, 7, -6),
}
SHEEP: Bones = {
    "head": Bone((0, 6, -8), (Box((-3, -4, -6), (6, 6, 8), (0, 0)),)),
    "body": lying((0, 5, 2), Box((-4, -10, -7), (8, 16, 6), (28, 8))),
    **legs((4, 12, 4), (0, 16), 3, 12, 7, -5),
}
FLEECE: Bones = {
    "head": Bone((0, 6, -8), (Box((-3, -4, -4), (6, 6, 6), (0, 0), 0.6),)),
    "body": lying((0, 5, 2), Box((-4, -10, -7), (8, 16, 6), (28, 8), 1.75)),
    **legs((4, 6, 4), (0, 16), 3, 12, 7, -5, 0.5),
}
CHICKEN: Bones = {
    "head": Bone(
        (0, 15, -4),
        (
            Box((-2, -6, -2), (4, 6, 3), (0, 0)),
            Box((-2, -4, -4), (4, 2, 2), (14, 0)),
            Box((-1, -2, -3), (2, 2, 2), (14, 4)),
        ),
    ),
    "body": lying((0, 16, 0), Box((-3, -4, -3), (6, 8, 6), (0, 9))),
    "right_leg": Bone((-2, 19, 1), (Box((-1, 0, -3), (3, 5, 3), (26, 0), sheer=True),)),
    "left_leg": Bone((1, 19, 1), (Box((-1, 0, -3), (3, 5, 3), (26, 0), sheer=True),)),
    "right_wing": Bone((-4, 13, 0), (Box((0, 0, -3), (1, 4, 6), (24, 13)),)),
    "left_wing": Bone((4, 13, 0), (Box((-1, 0, -3), (1, 4, 6), (24, 13)),)),
}
WOLF: Bones = {
    "head": Bone(
        (0, 13.5, -7),
        (
            Box((-3, -3, -2), (6, 6, 4), (0, 0)),
            Box((-3, -5, 0), (2, 2, 1), (16, 14)),
            Box((1, -5, 0), (2, 2, 1), (16, 14)),
            Box((-1.5, 0, -5), (3, 3, 4), (0, 10)),
        ),
    ),
    "body": lying((0, 14, 2), Box((-3, -2, -3), (6, 9, 6), (18, 14))),
    "mane": lying((0, 14, -3), Box((-4, -3, -3), (8, 6, 7), (21, 0))),
    "tail": Bone((0, 12, 8), (Box((-1, 0, -1), (2, 8, 2), (9, 18)),), (np.pi / 5, 0, 0)),
    **legs((2, 8, 2), (0, 18), 1.5, 16, 7, -4),
}
HORSE: Bones = {
    "head": Bone(
        (0, 4, -10),
        (
            Box((-2.05, -6, -2), (4, 12, 7), (0, 35)),
            Box((-3, -11, -2), (6, 5, 7), (0, 13)),
            Box((-2, -11, -7), (4, 5, 5), (0, 25)),
            Box((-1, -11, 5.01), (2, 16, 2), (56, 36)),
            Box((0.55, -13, 4), (2, 3, 1), (19, 16)),
            Box((-2.55, -13, 4), (2, 3, 1), (19, 16)),
        ),
        (np.pi / 6, 0, 0),
    ),
    "body": Bone((0, 11, 5), (Box((-5, -8, -17), (10, 10, 22), (0, 32), 0.05),)),
    "tail": Bone((0, 4, 10), (Box((-1.5, 0, 0), (3, 14, 4), (42, 36)),), (np.pi / 6, 0, 0)),
    **legs((4, 11, 4), (48, 21), 3, 13, 8, -9),
}
CREEPER: Bones = {
    "head": Bone((0, 6, 0), (Box((-4, -8, -4), (8, 8, 8), (0, 0)),)),
    "body": Bone((0, 6, 0), (Box((-4, 0, -2), (8, 12, 4), (16, 16)),)),
    **legs((4, 6, 4), (0, 16), 2, 18, 4, -4),
}
ZOMBIE: Bones = {
    "head": Bone(
        (0, 0, 0), (Box((-4, -8, -4), (8, 8, 8), (0, 0)), Box((-4, -8, -4), (8, 8, 8), (32, 0), 0.5))
    ),
    "body": Bone((0, 0, 0), (Box((-4, 0, -2), (8, 12, 4), (16, 16)),)),
    "right_arm": Bone((-5, 2, 0), (Box((-3, -2, -2), (4, 12, 4), (40, 16)),)),
    "left_arm": Bone((5, 2, 0), (Box((-1, -2, -2), (4, 12, 4), (40, 16), mirror=True),)),
    "right_leg": Bone((-1.9, 12, 0), (Box((-2, 0, -2), (4, 12, 4), (0, 16)),)),
    "left_leg": Bone((1.9, 12, 0), (Box((-2, 0, -2), (4, 12, 4), (0, 16), mirror=True),)),
}
SKELETON: Bones = {
    "head": ZOMBIE["head"],
    "body": Bone((0, 0, 0), (Box((-4, 0, -2), (8, 12, 4), (16, 16), sheer=True),)),
    "right_arm": Bone((-5, 2, 0), (Box((-1, -2, -1), (2, 12, 2), (40, 16)),)),
    "left_arm": Bone((5, 2, 0), (Box((-1, -2, -1), (2, 12, 2), (40, 16), mirror=True),)),
    "right_leg": Bone((-2, 12, 0), (Box((-1, 0, -1), (2, 12, 2), (0, 16)),)),
    "left_leg": Bone((2, 12, 0), (Box((-1, 0, -1), (2, 12, 2), (0, 16), mirror=True),)),
}
ENDERMAN: Bones = {
    "head": Bone(
        (0, -13, 0), (Box((-4, -8, -4), (8, 8, 8), (0, 0)), Box((-4, -8, -4), (8, 8, 8), (0, 16), -0.5))
    ),
    "body": Bone((0, -14, 0), (Box((-4, 0, -2), (8, 12, 4), (32, 16)),)),
    "right_arm": Bone((-5, -12, 0), (Box((-1, -2, -1), (2, 30, 2), (56, 0)),)),
    "left_arm": Bone((5, -12, 0), (Box((-1, -2, -1), (2, 30, 2), (56, 0), mirror=True),)),
    "right_leg": Bone((-2, -5, 0), (Box((-1, 0, -1), (2, 30, 2), (56, 0)),)),
    "left_leg": Bone((2, -5, 0), (Box((-1, 0, -1), (2, 30, 2), (56, 0), mirror=True),)),
}
VILLAGER: Bones = {
    "head": Bone((0, 0, 0), (Box((-4, -10, -4), (8, 10, 8), (0, 0)), Box((-1, -3, -6), (2, 4, 2), (24, 0)))),
    "body": Bone(
        (0, 0, 0), (Box((-4, 0, -3), (8, 12, 6), (16, 20)), Box((-4, 0, -3), (8, 20, 6), (0, 38), 0.5))
    ),
    "arms": Bone(
        (0, 3, -1),
        (
            Box((-8, -2, -2), (4, 8, 4), (44, 22)),
            Box((4, -2, -2), (4, 8, 4), (44, 22), mirror=True),
            Box((-4, 2, -2), (8, 4, 4), (40, 38)),
        ),
        (-0.75, 0, 0),
    ),
    "right_leg": Bone((-2, 12, 0), (Box((-2, 0, -2), (4, 12, 4), (0, 22)),)),
    "left_leg": Bone((2, 12, 0), (Box((-2, 0, -2), (4, 12, 4), (0, 22), mirror=True),)),
}
SLIME: Bones = {
    "body": Bone(
        (0, 0, 0),
        (
            # The client's outer cube is translucent; here it is solid and wears the face on its outside.
            Box((-4, 16, -4), (8, 8, 8), (0, 0)),
            Box((-3.25, 18, -4.05), (2, 2, 2), (32, 0)),
            Box((1.25, 18, -4.05), (2, 2, 2), (32, 4)),
            Box((0, 21, -4.05), (1, 1, 1), (32, 8)),
        ),
    ),
}
# Four flat pictures around the shaft, which lies along the x axis; each is seen from its front.
ARROW: Bones = {
    f"side_{i}": Bone((0, 24, 0), (Box((-8, -2.5, 0), (16, 5, 0), (0, 0)),), ((i + 0.5) * RIGHT_ANGLE, 0, 0))
    for i in range(4)
}


# Things to sit in; the client draws them 0.375 above the ground.
BOAT: Bones = {
    "bottom": Bone((0, 3, 1), (Box((-14, -9, -3), (28, 16, 3), (0, 0)),), (RIGHT_ANGLE, 0, 0)),
    "back": Bone((-15, 4, 4), (Box((-13, -7, -1), (18, 6, 2), (0, 19)),), (0, 3 * RIGHT_ANGLE, 0)),
    "front": Bone((15, 4, 0), (Box((-8, -7, -1), (16, 6, 2), (0, 27)),), (0, RIGHT_ANGLE, 0)),
    "right": Bone((0, 4, -9), (Box((-14, -7, -1), (28, 6, 2), (0, 35)),), (0, np.pi, 0)),
    "left": Bone((0, 4, 9), (Box((-14, -7, -1), (28, 6, 2), (0, 43)),)),
}
MINECART: Bones = {
    "bottom": Bone((0, 4, 0), (Box((-10, -8, -1), (20, 16, 2), (0, 10)),), (RIGHT_ANGLE, 0, 0)),
    "front": Bone((-9, 4, 0), (Box((-8, -9, -1), (16, 8, 2), (0, 0)),), (0, 3 * RIGHT_ANGLE, 0)),
    "back": Bone((9, 4, 0), (Box((-8, -9, -1), (16, 8, 2), (0, 0)),), (0, RIGHT_ANGLE, 0)),
    "left": Bone((0, 4, -7), (Box((-8, -9, -1), (16, 8, 2), (0, 0)),), (0, np.pi, 0)),
    "right": Bone((0, 4, 7), (Box((-8, -9, -1), (16, 8, 2), (0, 0)),)),
}


def spider_legs() -> Bones:
    """Eight legs: two rows from the head to the tail, turned outward and down."""
    bones: Bones = {}
    down = (np.pi / 4, 0.58119464, 0.58119464, np.pi / 4)
    for i, (z, turn) in enumerate(
        zip((-1, 0, 1, 2), (-np.pi / 4, -np.pi / 8, np.pi / 8, np.pi / 4), strict=True)
    ):
        right, left = Box((-15, -1, -1), (16, 2, 2), (18, 0)), Box((-1, -1, -1), (16, 2, 2), (18, 0))
        bones[f"right_{i}"] = Bone((-4, 15, z), (right,), (0, turn, -down[i]))
        bones[f"left_{i}"] = Bone((4, 15, z), (left,), (0, -turn, down[i]))
    return bones


SPIDER: Bones = {
    "head": Bone((0, 15, -3), (Box((-4, -4, -8), (8, 8, 8), (32, 4)),)),
    "body": Bone((0, 15, 0), (Box((-3, -3, -3), (6, 6, 6), (0, 0)),)),
    "tail": Bone((0, 15, 9), (Box((-5, -4, -6), (10, 8, 12), (0, 12)),)),
    **spider_legs(),
}


def looking(motion: Motion) -> tuple[float, float, float]:
    """The turn of a head in the model files' axes."""
    return -motion.pitch, -motion.head_yaw, 0.0


def four_legged(motion: Motion) -> Pose:
    """Walk on four legs, opposite corners together."""
    step = float(np.cos(motion.stride * 0.6662) * 1.4 * motion.pace)
    ahead, behind = (step, 0.0, 0.0), (-step, 0.0, 0.0)
    return Pose(
        {
            "head": looking(motion),
            "right_hind": ahead,
            "left_fore": ahead,
            "left_hind": behind,
            "right_fore": behind,
        }
    )


def two_legged(motion: Motion) -> Pose:
    """Walk on two legs with swinging arms."""
    step = float(np.cos(motion.stride * 0.6662) * motion.pace)
    return Pose(
        {
            "head": looking(motion),
            "right_leg": (step * 1.4, 0.0, 0.0),
            "left_leg": (-step * 1.4, 0.0, 0.0),
            "right_arm": (-step, 0.0, 0.05),
            "left_arm": (step, 0.0, -0.05),
        }
    )


def reaching(motion: Motion) -> Pose:
    """Walk on two legs with both arms stretched out, as zombies do."""
    sway = float(np.sin(motion.age * 0.067) * 0.05)
    pose = two_legged(motion)
    arms = {"right_arm": (-RIGHT_ANGLE - sway, -0.1, 0.0), "left_arm": (-RIGHT_ANGLE + sway, 0.1, 0.0)}
    return Pose({**pose.turn, **arms})


def archer(motion: Motion) -> Pose:
    """Walk on two legs, and hold the bow up to where the head looks."""
    pose = two_legged(motion)
    if not motion.aiming:
        return pose
    pitch, yaw, _ = looking(motion)
    sway_x, sway_z = float(np.sin(motion.age * 0.067) * 0.05), float(np.cos(motion.age * 0.09) * 0.05 + 0.05)
    arms = {
        "right_arm": (pitch - RIGHT_ANGLE + sway_x, yaw - 0.1, sway_z),
        "left_arm": (pitch - RIGHT_ANGLE - sway_x, yaw + 0.5, -sway_z),
    }
    return Pose({**pose.turn, **arms})


def crawling(motion: Motion) -> Pose:
    """Walk on eight legs, neighbours apart by half a step or a quarter."""
    turn: dict[str, tuple[float, float, float]] = {"head": looking(motion)}
    for i in range(4):
        phase = motion.stride * 0.6662 * 2 + (3 - i) * np.pi * (1.0 if i % 2 else 0.5)
        swing = float(-np.cos(phase) * 0.4 * motion.pace)
        lift = float(abs(np.sin(motion.stride * 0.6662 + (3 - i) * np.pi / 2)) * 0.4 * motion.pace)
        turn[f"right_{i}"], turn[f"left_{i}"] = (0.0, swing, lift), (0.0, -swing, -lift)
    return Pose(turn)


def rigid(motion: Motion) -> Pose:  # noqa: ARG001 (poses share a signature)
    """No motion of its own."""
    return Pose()


def around(bones: Bones, grow: float) -> Bones:
    """The same boxes, some sixteenths larger on all sides: what a second picture is wrapped around."""
    return {
        name: replace(bone, boxes=tuple(replace(box, grow=box.grow + grow) for box in bone.boxes))
        for name, bone in bones.items()
    }


MOBS: dict[str, Mob] = {
    "pig": Mob(PIG, ("entity/pig/pig",), four_legged, shadow=0.7),
    "cow": Mob(COW, ("entity/cow/cow",), four_legged, shadow=0.7),
    "sheep": Mob(
        SHEEP, ("entity/sheep/sheep",), four_legged, shadow=0.7, layers=((FLEECE, "entity/sheep/sheep_fur"),)
    ),
    "chicken": Mob(CHICKEN, ("entity/chicken",), two_legged, shadow=0.3),
    "wolf": Mob(WOLF, ("entity/wolf/wolf",), four_legged),
    "horse": Mob(HORSE, ("entity/horse/horse_brown",), four_legged, scale=1.1, shadow=0.75),
    "creeper": Mob(CREEPER, ("entity/creeper/creeper",), four_legged),
    "zombie": Mob(ZOMBIE, ("entity/zombie/zombie",), reaching),
    "husk": Mob(ZOMBIE, ("entity/zombie/husk",), reaching, scale=1.0625),
    "drowned": Mob(ZOMBIE, ("entity/zombie/drowned",), reaching),
    "skeleton": Mob(SKELETON, ("entity/skeleton/skeleton",), archer),
    "stray": Mob(
        SKELETON,
        ("entity/skeleton/stray",),
        archer,
        layers=((around(ZOMBIE, 0.25), "entity/skeleton/stray_overlay"),),
    ),
    "wither_skeleton": Mob(SKELETON, ("entity/skeleton/wither_skeleton",), two_legged, scale=1.2),
    "spider": Mob(
        SPIDER, ("entity/spider/spider",), crawling, shadow=0.8, glow="entity/spider_eyes", roll=180
    ),
    "cave_spider": Mob(
        SPIDER,
        ("entity/spider/cave_spider",),
        crawling,
        scale=0.7,
        shadow=0.56,
        glow="entity/spider_eyes",
        roll=180,
    ),
    "enderman": Mob(
        ENDERMAN, ("entity/enderman/enderman",), two_legged, glow="entity/enderman/enderman_eyes"
    ),
    "villager": Mob(
        VILLAGER,
        ("entity/villager/villager",),
        two_legged,
        scale=0.9375,
        layers=((around(VILLAGER, 0.03), "entity/villager/type/plains"),),
    ),
    "slime": Mob(SLIME, ("entity/slime/slime",), rigid, shadow=0.25),
    "boat": Mob(BOAT, ("entity/boat/oak", "entity/boat/boat_oak"), rigid, shadow=0.8, ground=6, turn=90),
    "minecart": Mob(
        MINECART, ("entity/minecart", "entity/minecart/minecart"), rigid, shadow=0.7, ground=6, turn=90
    ),
    "arrow": Mob(ARROW, ("entity/projectiles/arrow", "entity/arrow"), rigid, scale=0.9, shadow=0.0, turn=90),
}
