"""Sky, fog and light of a tick from the clock, by the game's formulas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float64]

DAY = 24000
LIGHT_STEPS = 61  # quarter levels from 0 to 15, see `kernel.shade`
OVERWORLD_FOG = np.array([0xC0, 0xD8, 0xFF]) / 255
CLOUD_SPEED = 0.03  # blocks a tick
CLOUD_HEIGHT = 192.33
MIN_FOG_BAND, MAX_FOG_BAND = 4.0, 64.0


@dataclass(frozen=True)
class Clock:
    """The clock and the weather of one tick, as in the recording's `ticks` table."""

    time_of_day: int
    age: int
    rain: float
    thunder: float

    @property
    def angle(self) -> float:
        """The sun's turn since noon, 0 … 1; it moves slower around noon and midnight."""
        turn = (self.time_of_day / DAY - 0.25) % 1.0
        eased = 0.5 - np.cos(turn * np.pi) / 2
        return float((turn * 2 + eased) / 3)

    @property
    def day(self) -> float:
        """How much of daylight is left, 0 … 1, before weather."""
        return float(np.clip(np.cos(self.angle * 2 * np.pi) * 2 + 0.5, 0, 1))

    @property
    def moon_phase(self) -> int:
        """0 (full) … 7."""
        return int(self.age // DAY % 8)


def sky_darkness(clock: Clock) -> float:
    """The share of sky light that the time and the weather let through, 0.2 … 1."""
    light = float(np.clip(np.cos(clock.angle * 2 * np.pi) * 2 + 0.2, 0, 1))
    return light * (1 - clock.rain * 5 / 16) * (1 - clock.thunder * 5 / 16) * 0.8 + 0.2


def lightmap(clock: Clock, brightness: float) -> NDArray[np.float32]:
    """Colour of light by sky and block level in quarter levels: [sky * LIGHT_STEPS + block, 3].

    `brightness` is the client's setting, from 0 (moody) to 1 (bright).
    """
    level = np.arange(LIGHT_STEPS) / 60
    curve = level / (4 - 3 * level)
    dark = sky_darkness(clock)
    sky = curve[:, None] * (dark * 0.95 + 0.05)
    block = curve[None, :] * 1.5
    tone = np.array([dark, dark, 1.0]) * 0.65 + 0.35
    warm = np.stack(
        [block, block * ((block * 0.6 + 0.4) * 0.6 + 0.4), block * (block * block * 0.6 + 0.4)], -1
    )
    colour = np.clip((warm + sky[..., None] * tone) * 0.96 + 0.03, 0, 1)
    bright = 1 - (1 - colour) ** 4
    colour = np.clip((colour * (1 - brightness) + bright * brightness) * 0.96 + 0.03, 0, 1)
    return colour.reshape(-1, 3).astype(np.float32)


def sky_colour(clock: Clock, temperature: float) -> Colour:
    """The colour of the sky overhead, by biome temperature."""
    warmth = float(np.clip(temperature / 3, -1, 1))
    colour = hsv(0.62222224 - warmth * 0.05, 0.5 + warmth * 0.1, 1.0) * clock.day
    return greyed(colour, clock, (0.6, 0.75), (0.2, 0.75))


def greyed(colour: Colour, clock: Clock, rain: tuple[float, float], thunder: tuple[float, float]) -> Colour:
    """A colour under rain and thunder: each a grey of its own brightness, and how far toward it."""
    for strength, (part, share) in ((clock.rain, rain), (clock.thunder, thunder)):
        grey = float(colour @ (0.3, 0.59, 0.11)) * part
        keep = 1 - strength * share
        colour = colour * keep + np.full(3, grey * (1 - keep))
    return colour


def fog_colour(clock: Clock, temperature: float, view_distance: int, toward_sun: float) -> Colour:
    """The colour of the haze at the horizon; `toward_sun` is how far the eye looks to the sun, -1 … 1."""
    colour: Colour = OVERWORLD_FOG * (np.array([0.94, 0.94, 0.91]) * clock.day + np.array([0.06, 0.06, 0.09]))
    low, strength = glow(clock)
    share = max(toward_sun, 0.0) * strength
    colour = colour * (1 - share) + low * share
    share = 1 - (0.25 + 0.75 * view_distance / 32) ** 0.25
    colour = colour * (1 - share) + sky_colour(clock, temperature) * share
    dim, blue = 1 - clock.rain * 0.5, 1 - clock.rain * 0.4
    return np.asarray(colour * np.array([dim, dim, blue]) * (1 - clock.thunder * 0.5))


def glow(clock: Clock) -> tuple[Colour, float]:
    """Colour and strength of the glow around the low sun; strength 0 by day and by night."""
    height = float(np.cos(clock.angle * 2 * np.pi))
    if abs(height) > 0.4:
        return np.zeros(3), 0.0
    f = height / 0.8 + 0.5
    strength = (1 - (1 - np.sin(f * np.pi)) * 0.99) ** 2
    return np.array([f * 0.3 + 0.7, f * f * 0.7 + 0.2, 0.2]), float(strength) * (1 - clock.rain)


def cloud_colour(clock: Clock) -> Colour:
    """The colour of the clouds' tops."""
    colour = greyed(np.ones(3), clock, (0.6, 0.95), (0.0, 0.0))
    colour = colour * np.array([clock.day * 0.9 + 0.1, clock.day * 0.9 + 0.1, clock.day * 0.85 + 0.15])
    return greyed(colour, clock, (0.0, 0.0), (0.2, 0.95))


def star_brightness(clock: Clock) -> float:
    """Brightness of the stars, 0 … 0.5."""
    dark = float(np.clip(0.75 - np.cos(clock.angle * 2 * np.pi) * 2, 0, 1))
    return dark * dark * 0.5 * (1 - clock.rain)


def describe(clock: Clock, temperature: float, view_distance: int, forward: Colour) -> dict[str, Any]:
    """The fields of the kernel's `Sky` for a clock, the biome temperature at the eye and its direction."""
    colour, strength = glow(clock)
    turn = clock.angle * 2 * np.pi
    end = view_distance * 16.0
    return {
        "sky": sky_colour(clock, temperature),
        "fog": fog_colour(clock, temperature, view_distance, float(forward[0] * -np.sign(np.sin(turn)))),
        "glow": colour,
        "glow_strength": strength,
        "cloud": cloud_colour(clock),
        "cloud_shift": (clock.age * CLOUD_SPEED) % (256 * 12),
        "cloud_height": CLOUD_HEIGHT,
        # The sun rises in the east (+x), is overhead at noon and sets in the west.
        "sun": (-np.sin(turn), np.cos(turn), 0.0),
        "sun_up": (-np.cos(turn), -np.sin(turn), 0.0),
        "sun_strength": 1 - clock.rain,
        "moon_phase": clock.moon_phase,
        "stars": star_brightness(clock),
        "fog_end": end,
        "rain": clock.rain,
        "age": clock.age % (1 << 20),
        "fog_start": end - np.clip(end / 10, MIN_FOG_BAND, MAX_FOG_BAND),
    }


def star_map(side: int = 512, count: int = 1500) -> NDArray[np.uint8]:
    """Brightness of the stars on the six faces of a cube, [6, side, side]; always the same sky."""
    random = np.random.default_rng(10842)
    faces = np.zeros((6, side, side), np.uint8)
    for point in random.normal(size=(count, 3)):
        axis = int(np.argmax(np.abs(point)))
        u, v = (np.delete(point, axis) / abs(point[axis]) * 0.5 + 0.5) * side
        face = axis + 3 * int(point[axis] < 0)
        size = int(random.integers(1, 3))
        faces[face, int(v) : int(v) + size, int(u) : int(u) + size] = 255
    return faces


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue, saturation and value, all 0 … 1."""
    channel: Colour = (np.array([5.0, 3.0, 1.0]) + hue * 6) % 6
    return value - value * saturation * np.clip(np.minimum(channel, 4 - channel), 0, 1)
