"""The pictures that the kernel reads at any time, and the names of the segment plane's ids."""

from __future__ import annotations

import numpy as np

from collector.errors import RenderError
from collector.render.assets.files import Assets, Picture
from collector.render.assets.states import States
from collector.render.kernel.render import BLOCK, ENTITY, HAND, HUD, PARTICLE, SKY
from collector.render.world import sky


def fixed_pictures(assets: Assets) -> dict[str, Picture]:
    """The pictures by their name in `Tables`."""
    stars = sky.star_map().reshape(-1, 512)
    return {
        "water_still": block_picture(assets, "water_still"),
        "water_flow": block_picture(assets, "water_flow"),
        "lava_still": block_picture(assets, "lava_still"),
        "lava_flow": block_picture(assets, "lava_flow"),
        "cracks": np.concatenate([block_picture(assets, f"destroy_stage_{i}") for i in range(10)]),
        "clouds": assets.picture("environment/clouds"),
        "sun": assets.picture("environment/sun"),
        "moon": assets.picture("environment/moon_phases"),
        "stars": np.repeat(stars[..., None], 4, -1),
        "shadow": assets.picture("misc/shadow"),
        "rain": assets.picture("environment/rain"),
        "snow": assets.picture("environment/snow"),
    }


def block_picture(assets: Assets, name: str) -> Picture:
    """A texture of the block atlas.

    Raises:
        RenderError: the asset package lacks it.
    """
    picture = assets.texture(f"block/{name}")
    if picture is None:
        raise RenderError(f"the asset package has no block texture {name}; install it anew")
    return picture


def segment_names(states: States, bodies: list[str]) -> dict[int, str]:
    """What the ids of the segment plane stand for; `bodies` are those from ENTITY on."""
    names = {int(SKY): "sky", int(HAND): "hand", int(HUD): "hud", int(PARTICLE): "particle"}
    names |= {int(BLOCK) + i: f"block:{block['name']}" for i, block in enumerate(states.blocks)}
    return names | {int(ENTITY) + i: name for i, name in enumerate(bodies)}
