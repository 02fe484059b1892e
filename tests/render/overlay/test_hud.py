"""The overlay: what is drawn where, in GUI pixels."""

from functools import cache

import numpy as np
import pytest

from collector.render import View
from collector.render.assets.files import Picture, assets_of
from collector.render.assets.states import States
from collector.render.assets.texels import TexelPool
from collector.render.assets.tints import BiomeTints
from collector.render.bodies.items import Items
from collector.render.bodies.players import Players
from collector.render.overlay.hud import Hud
from collector.render.overlay.status import INVENTORY, Screen, Status
from collector.render.stacks import Look, Stack
from tests.render.scenes import VERSION

HELD = "magenta_concrete"
PANEL = np.s_[105:177, 258:308]  # where the player stands in its inventory, in a picture of 640x360


@cache
def hud(width: int, height: int) -> Hud:
    assets, pool = assets_of(VERSION), TexelPool()
    items = Items(assets, States(assets), pool, BiomeTints(assets))
    players = Players(1, 0, {Look("diamond_chestplate")}, assets, items, pool)
    for name in (HELD, "diamond_chestplate", "diamond_shovel"):
        items.item(name)
    return Hud(assets, items, players, pool, View(width=width, height=height))


def status(*items: tuple[int, str, int], screen: Screen | None = None) -> Status:
    stacks = tuple((slot, Stack(name, count)) for slot, name, count in items)
    return Status(20.0, 20, 300, 0, 0.0, 0, stacks, screen)


def opened(cursor: tuple[float, float], *items: tuple[int, str, int]) -> Picture:
    """The picture of an open inventory."""
    return hud(640, 360).draw(status(*items, screen=Screen(INVENTORY, (), None, cursor)), 0)


def magenta(picture: Picture) -> np.ndarray:
    """Where the held block is."""
    red, green, blue = (picture[..., i].astype(int) for i in range(3))
    return (red > green + 50) & (blue > green + 50)


def test_the_player_in_its_inventory_turns_to_the_cursor() -> None:
    held = (36, HELD, 1)
    left, right = (magenta(opened((x, 30.0), held)[PANEL]) for x in (-200.0, 300.0))
    assert min(left.sum(), right.sum()) > 30
    assert np.nonzero(right)[1].mean() > np.nonzero(left)[1].mean() + 5, "its right hand comes forward"
    up, down = (magenta(opened((51.0, y), held)[PANEL]) for y in (-200.0, 300.0))
    assert not np.array_equal(up, down)


def test_the_player_in_its_inventory_wears_its_armour() -> None:
    bare, clad = (
        opened((51.0, 25.0), *items)[PANEL].astype(int) for items in ((), ((6, "diamond_chestplate", 1),))
    )
    blue = [(picture[..., 2] > picture[..., 0] + 30) & (picture[..., 1] > 80) for picture in (bare, clad)]
    assert blue[1].sum() > blue[0].sum() + 100


def test_the_inventory_has_a_button_for_recipes_and_signs_of_what_is_missing() -> None:
    window = opened((0.0, 0.0))[97:263, 232:408, :3].astype(int)
    button = window[61:79, 104:124]
    assert (button[..., 1] > button[..., 0] + 20).sum() > 40, "a green book"
    assert window[62:78, 77:93].std() > 8, "a shield"


def test_the_off_hand_has_its_place_left_of_the_hotbar() -> None:
    empty, full = (hud(640, 360).draw(status(*items), 0) for items in ((), ((45, HELD, 1),)))
    assert not empty[337:361, 200:228, 3].any()
    assert magenta(full[341:357, 203:219]).mean() > 0.4


@pytest.mark.parametrize(("size", "scale"), [((640, 360), 1), ((854, 480), 2), ((1920, 1080), 4)])
def test_the_overlay_is_as_large_as_the_client_makes_it(size: tuple[int, int], scale: int) -> None:
    width, height = size
    drawn = hud(width, height).draw(status(), 0)[..., 3] > 1
    columns = np.flatnonzero(drawn[height - 10 * scale])
    assert columns[-1] - columns[0] + 1 == 182 * scale + scale, "the hotbar, and the mark of the first slot"


@pytest.mark.parametrize("size", [(64, 64), (128, 72), (200, 200), (320, 180)])
def test_nothing_of_the_overlay_is_cut_off_in_small_pictures(size: tuple[int, int]) -> None:
    width, height = size
    drawn = hud(width, height).draw(status((44, HELD, 1), (45, HELD, 1)), 0)
    columns, rows = (np.flatnonzero((drawn[..., 3] > 1).any(axis)) for axis in (0, 1))
    assert 0 < columns[0] < columns[-1] < width - 1
    assert rows[-1] == height - 1
    assert (drawn[height // 2 - 1 : height // 2 + 1, width // 2 - 1 : width // 2 + 1, 3] == 1).any()
    window = hud(width, height).draw(status(screen=Screen("crafting", (), None, (0.0, 0.0))), 0)
    light = (window[..., :3].min(-1) > 150) & (window[..., 3] > 200)
    assert light.any(1).sum() <= height - 2
    assert light.mean() > 0.05


@pytest.mark.parametrize(
    ("damage", "width", "colour"), [(1, 13, "green"), (780, 7, "yellow"), (1500, 1, "red")]
)
def test_a_worn_tool_has_a_bar_of_what_is_left(damage: int, width: int, colour: str) -> None:
    new, worn = (
        hud(640, 360).draw(Status(20.0, 20, 300, 0, 0.0, 0, ((36, Stack("diamond_shovel", 1, d)),)), 0)
        for d in (0, damage)
    )
    line = np.s_[354, 234:247]
    assert not np.array_equal(new[line], worn[line])
    assert (worn[355, 234:247, :3] == 0).all(), "black below"
    lit = worn[line][..., :3].any(-1)
    assert lit.sum() == width
    red, green, blue = worn[line][0][:3].tolist()
    assert {"green": green > red, "yellow": min(red, green) > 230, "red": red > green + 150}[colour]
    assert blue == 0
