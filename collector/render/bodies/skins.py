"""Draws skins for players: our own art, made from a seed, so that players of an episode look different.

Layout: the game's 64x64 skin, every box unwrapped as in `boxes.unwrapped`.
"""

from __future__ import annotations

import numpy as np

from collector.render.assets.files import Picture

TONES = ((0xF1, 0xC9, 0xA5), (0xE0, 0xAC, 0x7E), (0xB5, 0x7F, 0x55), (0x8D, 0x5B, 0x3C), (0x5C, 0x39, 0x26))
HAIR = (
    (0x2B, 0x1D, 0x14),
    (0x5A, 0x38, 0x1E),
    (0x9C, 0x6B, 0x30),
    (0xD8, 0xB4, 0x62),
    (0x8A, 0x2F, 0x1B),
    (0x55, 0x55, 0x5A),
)
SHIRTS = (
    (0x2F, 0x9E, 0x9E), (0xC2, 0x3B, 0x33), (0xE0, 0x9A, 0x2B), (0x7B, 0x4F, 0xB5),
    (0x4C, 0x9A, 0x45), (0x35, 0x62, 0xB8), (0xD6, 0xD6, 0xD0), (0xC8, 0x5E, 0x96),
)  # fmt: skip
TROUSERS = (
    (0x3A, 0x3F, 0x8C),
    (0x4A, 0x4A, 0x4E),
    (0x5B, 0x41, 0x2C),
    (0x2C, 0x4A, 0x35),
    (0x23, 0x2B, 0x3F),
)
SHOES = ((0x44, 0x44, 0x48), (0x5A, 0x32, 0x1C), (0x1E, 0x1E, 0x22))
EYES = ((0x3B, 0x5F, 0xB0), (0x3E, 0x7A, 0x3A), (0x5B, 0x36, 0x1C))

Colour = tuple[int, int, int]


def skin(index: int, seed: int) -> tuple[Picture, bool]:
    """The skin of player `index` of an episode with this seed, and whether its arms are slim.

    Players of one episode have different shirts as long as there are colours.
    """
    base = np.random.default_rng(seed)
    order = base.permutation(len(SHIRTS))
    shirt = SHIRTS[order[index % len(SHIRTS)]]
    random = np.random.default_rng([seed, index])
    slim = bool(random.integers(2))
    picture = np.zeros((64, 64, 4), np.uint8)
    tone, hair = pick(random, TONES), pick(random, HAIR)
    draw_head(picture, tone, hair, pick(random, EYES), int(random.integers(1, 4)), random)
    draw_trunk(picture, shirt, pick(random, TROUSERS), random)
    draw_limbs(picture, tone, shirt, pick(random, TROUSERS), pick(random, SHOES), 3 if slim else 4, random)
    return picture, slim


def pick(random: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours."""
    return colours[int(random.integers(len(colours)))]


def paint(
    picture: Picture, box: tuple[int, int, int, int], colour: Colour, random: np.random.Generator
) -> None:
    """Fill left, top, width, height with a colour that varies a little from texel to texel."""
    x, y, w, h = box
    shade = random.normal(1.0, 0.035, (h, w, 1)) * np.linspace(1.04, 0.94, h)[:, None, None]
    picture[y : y + h, x : x + w, :3] = np.clip(np.array(colour) * shade, 0, 255)
    picture[y : y + h, x : x + w, 3] = 255


def draw_head(
    picture: Picture, tone: Colour, hair: Colour, eyes: Colour, fringe: int, random: np.random.Generator
) -> None:
    """Face, hair to the ears, a fringe of some texels over the brow."""
    paint(picture, (0, 8, 32, 8), tone, random)
    paint(picture, (16, 0, 8, 8), tone, random)
    paint(picture, (8, 0, 8, 8), hair, random)
    for x, w, h in ((0, 8, 4), (8, 8, fringe), (16, 8, 4), (24, 8, 6)):
        paint(picture, (x, 8, w, h), hair, random)
    for x, white, iris in ((9, 9, 10), (13, 14, 13)):
        paint(picture, (x, 12, 2, 1), (250, 250, 250), random)
        picture[12, white, :3], picture[12, iris, :3] = 250, eyes
    dark = tuple(int(c * 0.78) for c in tone)
    paint(picture, (11, 13, 2, 1), (dark[0], dark[1], dark[2]), random)
    paint(picture, (10, 14, 4, 1), (int(tone[0] * 0.66), int(tone[1] * 0.5), int(tone[2] * 0.48)), random)


def draw_trunk(picture: Picture, shirt: Colour, belt: Colour, random: np.random.Generator) -> None:
    """A shirt with a collar and a belt."""
    paint(picture, (16, 20, 24, 12), shirt, random)
    paint(picture, (20, 16, 16, 4), shirt, random)
    paint(picture, (16, 31, 24, 1), belt, random)
    collar = tuple(int(c * 0.8) for c in shirt)
    paint(picture, (22, 20, 4, 1), (collar[0], collar[1], collar[2]), random)


def draw_limbs(
    picture: Picture,
    tone: Colour,
    shirt: Colour,
    trousers: Colour,
    shoes: Colour,
    arm: int,
    random: np.random.Generator,
) -> None:
    """Arms with short sleeves; legs with trousers and shoes."""
    for x, y in ((40, 16), (32, 48)):
        width = 8 + 2 * arm
        paint(picture, (x, y + 4, width, 12), tone, random)
        paint(picture, (x, y + 4, width, 5), shirt, random)
        paint(picture, (x + 4, y, arm, 4), shirt, random)
        paint(picture, (x + 4 + arm, y, arm, 4), tone, random)
    for x, y in ((0, 16), (16, 48)):
        paint(picture, (x, y + 4, 16, 12), trousers, random)
        paint(picture, (x, y + 13, 16, 3), shoes, random)
        paint(picture, (x + 4, y, 4, 4), trousers, random)
        paint(picture, (x + 8, y, 4, 4), shoes, random)
