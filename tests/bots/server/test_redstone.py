"""Levers, buttons, plates, wires, lamps and doors; falling sand; fields."""

from __future__ import annotations

from itertools import pairwise

from bots.geometry import Cell
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.mining import dig
from bots.skills.moving import step_to
from bots.skills.using import use_block
from bots.stage import Stage
from bots.tick import Tick
from bots.world import World
from tests.bots.conftest import Play


class Blocks:
    """The states of some cells over time, from what the ticks tell of changes."""

    def __init__(self, ticks: list[Tick]) -> None:
        self.changes = [(tick.index, Cell(*place), state) for tick in ticks for *place, state in tick.blocks]

    def of(self, cell: Cell) -> list[tuple[int, int]]:
        """(tick, state) of every change of a cell."""
        return [(tick, state) for tick, at, state in self.changes if at == cell]


def lamp(lit: bool) -> int:
    return 5361 if lit else 5362


def test_a_lever_lights_a_lamp_over_a_wire_and_puts_it_out(play: Play) -> None:
    cells: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            lever = player.cell.plus(1, 0, 0)
            cells.append(lever.plus(6, 0, 0))
            scene.set_block(lever, "lever", face="floor", facing="north")
            for x in range(1, 6):
                scene.set_block(lever.plus(x, 0, 0), "redstone_wire")
            scene.set_block(cells[0], "redstone_lamp")
            yield from wait(3)
            yield from use_block(player, lever)
            yield from wait(10)
            yield from use_block(player, lever)
            yield from wait(10)
        yield

    ticks = play(script)
    states = [state for _, state in Blocks(ticks).of(cells[0])]
    assert states == [lamp(False), lamp(True), lamp(False)]
    on, off = (tick for tick, _ in Blocks(ticks).of(cells[0])[1:])
    used = [tick.index for tick in ticks if tick.players[0]["action.use"]]
    assert 0 < on - used[0] <= 3
    assert 0 < off - used[1] <= 8


def test_power_fades_over_fifteen_wires(play: Play) -> None:
    cells: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            start = player.cell.plus(1, 0, 1)
            cells.extend(start.plus(x, 0, 0) for x in range(1, 18))
            for cell in cells:
                scene.set_block(cell, "redstone_wire")
            yield from wait(3)
            scene.set_block(start, "redstone_block")
            yield from wait(3)
        yield

    ticks = play(script)
    blocks = Blocks(ticks)
    power = [(blocks.of(cell)[-1][1] - 2114) // 9 % 16 for cell in cells]
    assert power == [*range(15, 0, -1), 0, 0]


def test_a_button_opens_an_iron_door_for_a_second_and_a_hand_does_not(play: Play) -> None:
    cells: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            door = player.cell.plus(2, 0, 0)
            cells.append(door)
            for half, up in (("lower", 0), ("upper", 1)):
                scene.set_block(door.plus(0, up, 0), "iron_door", half=half, facing="east")
            scene.set_block(door.plus(0, 0, 1), "stone")
            scene.set_block(door.plus(-1, 0, 1), "stone_button", face="wall", facing="west")
            yield from wait(3)
            yield from use_block(player, door)
            yield from wait(5)
            cells.append(door.plus(-1, 0, 1))
            yield from use_block(player, door.plus(-1, 0, 1))
            yield from wait(30)
        yield

    blocks = Blocks(play(script))
    door, button = cells
    changes = blocks.of(door)
    assert len(changes) == 3  # set, opened, closed
    assert 18 <= changes[2][0] - changes[1][0] <= 24
    assert [tick for tick, _ in blocks.of(door.plus(0, 1, 0))] == [tick for tick, _ in changes]
    assert len(blocks.of(button)) == 3


def test_a_hand_opens_a_wooden_door_that_one_can_then_walk_through(play: Play) -> None:
    passed: list[bool] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            start = player.position
            door = player.cell.plus(1, 0, 0)
            for half, up in (("lower", 0), ("upper", 1)):
                scene.set_block(door.plus(0, up, 0), "oak_door", half=half, facing="east")
                for z in (-1, 1):
                    scene.set_block(door.plus(0, up, z), "stone")
            yield from wait(3)
            yield from use_block(player, door)
            yield from wait(2)
            yield from step_to(player, start.plus(2, 0, 0))
            passed.append(player.position.x > start.x + 1.6)
        yield

    play(script)
    assert passed == [True]


def test_a_plate_holds_power_while_somebody_stands_on_it(play: Play) -> None:
    cells: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            plate = player.cell.plus(1, 0, 0)
            cells.extend((plate, plate.plus(0, 0, 1)))
            scene.set_block(plate, "stone_pressure_plate")
            scene.set_block(cells[1], "redstone_lamp")
            yield from wait(3)
            yield from step_to(player, plate.floor())
            yield from wait(50)
            yield from step_to(player, plate.plus(2, 0, 0).floor())
            yield from wait(35)
        yield

    changes = Blocks(play(script)).of(cells[1])
    assert [state for _, state in changes] == [lamp(False), lamp(True), lamp(False)]
    assert changes[2][0] - changes[1][0] > 50


def test_sand_falls_when_it_loses_its_hold(play: Play) -> None:
    cells: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            foot = player.cell.plus(2, 0, 0)
            cells.append(foot)
            scene.set_block(foot, "stone")
            for up in (1, 2, 3):
                scene.set_block(foot.plus(0, up, 0), "sand" if up < 3 else "gravel")
            yield from wait(5)
            yield from dig(player, foot)
            yield from wait(40)
        yield

    ticks = play(script)
    blocks = Blocks(ticks)
    foot = cells[0]
    sand, gravel = 66, 68
    assert [blocks.of(foot.plus(0, up, 0))[-1][1] for up in range(4)] == [sand, sand, gravel, 0]
    bodies = [e for tick in ticks for e in tick.entities if e["type"] == "falling_block"]
    assert {e["metadata"] for e in bodies} == {f'{{"state":{sand}}}', f'{{"state":{gravel}}}'}
    heights = [e["y"] for e in bodies if e["entity"] == bodies[0]["entity"]]
    assert all(b <= a for a, b in pairwise(heights))


def test_a_field_is_tilled_sown_grown_and_harvested(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.give(player, "iron_hoe", 1, 4)
            scene.give(player, "wheat_seeds", 3, 5)
            scene.give(player, "bone_meal", 16, 6)
            yield
            ground = player.cell.plus(1, -1, 1)
            yield from use_block(player, ground, "iron_hoe")
            yield from use_block(player, ground, "wheat_seeds")
            for _ in range(4):
                yield from use_block(player, ground.plus(0, 1, 0), "bone_meal")
            yield from use_block(player, ground.plus(0, 1, 0), "bone_meal")
            player.attack()
            yield from wait(1)
            yield from step_to(player, ground.plus(0, 1, 0).floor())
            yield from wait(40)
        yield

    ticks = play(script)
    inventory = {s["item"]: s["count"] for s in ticks[-1].players[0]["inventory"]}
    assert inventory["wheat"] == 1
    assert inventory["wheat_seeds"] >= 3
    assert inventory["bone_meal"] < 16
    ages = [state - 3414 for tick in ticks for *_, state in tick.blocks if 3414 <= state <= 3421]
    assert ages == sorted(ages)
    assert (ages[0], ages[-1]) == (0, 7)


def test_the_first_sky_is_the_worlds(flat: Stage) -> None:
    flat.close()
    with Stage(world=World(time=18000, rain=1.0, thunder=0.5), view_distance=2) as stage:
        ticks = list(stage.play_script(lambda *_: wait(3)))
    assert ticks[0].clock["rain"] == 1.0
    assert ticks[0].clock["thunder"] == 0.5
    assert 18000 <= ticks[0].clock["time_of_day"] < 18300
