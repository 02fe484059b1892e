"""Falls, water, hunger, death and return, as the rows of the recording tell of them."""

from __future__ import annotations

from bots.geometry import Cell
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.dying import come_back
from bots.skills.eating import eat
from bots.stage import ScriptOf
from tests.bots.conftest import Play


def on_a_pillar(height: int, *, mortal: bool) -> ScriptOf:
    """The first player walks off a pillar of stone, and comes back if that killed."""

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            if mortal:
                scene.let_die()
            top = player.position.plus(0, height, 0)
            for up in range(height):
                scene.set_block(player.cell.plus(0, up, 0), "stone")
            scene.teleport(player, top, player.yaw)
            yield from wait(4)
            while not (player.on_ground and player.position.y < top.y - height + 0.01) and player.alive:
                player.hold("forward")
                yield
            yield from wait(5)
            if not player.alive:
                yield from come_back(player)
            yield from wait(5)
        else:
            yield from wait(120)

    return script


def test_a_fall_hurts_by_its_height(play: Play) -> None:
    rows = [tick.players[0] for tick in play(on_a_pillar(8, mortal=False))]
    assert min(row["health"] for row in rows) == 20 - (8 - 3)
    assert max(row["hurt"] for row in rows) == 10


def test_nobody_dies_unless_it_is_asked_for(play: Play) -> None:
    rows = [tick.players[0] for tick in play(on_a_pillar(40, mortal=False))]
    assert min(row["health"] for row in rows) == 1
    assert all(row["alive"] for row in rows)


def test_who_dies_comes_back_where_they_began_with_what_they_had(play: Play) -> None:
    rows = [tick.players[0] for tick in play(on_a_pillar(40, mortal=True))]
    dead = [row for row in rows if not row["alive"]]
    assert len(dead) > 20
    assert all(row["health"] == 0 for row in dead)
    assert len({(row["x"], row["y"], row["z"]) for row in dead[2:-2]}) == 1
    last = rows[-1]
    assert last["alive"]
    assert last["health"] == 20
    assert abs(last["x"] - rows[0]["x"]) + abs(last["z"] - rows[0]["z"]) < 1.5
    assert last["inventory"] == rows[0]["inventory"]
    assert not any(row[f"action.{key}"] for row in dead[2:] for key in ("forward", "attack", "use"))


def test_breath_ends_under_water_and_comes_back(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            cell = player.cell
            for up in range(3):
                for x, z in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    scene.set_block(cell.plus(x, up, z), "glass")
                scene.set_block(cell.plus(0, up, 0), "water" if up < 2 else "glass")
            yield from wait(345)
            for up in (2, 1, 0):
                scene.set_block(Cell(cell.x, cell.y + up, cell.z), "air")
            yield from wait(20)
        yield

    rows = [tick.players[0] for tick in play(script)]
    assert min(row["air"] for row in rows) == 0
    assert min(row["health"] for row in rows) <= 18
    assert rows[-1]["air"] > 40


def test_running_makes_hungry_and_eating_feeds(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.give(player, "bread", 2, 4)
            scene.make_hungry(player, 20)
            yield
            while player.food > 18:
                player.hold("forward", "sprint", "jump")
                yield
            yield from wait(20)
            yield from until(lambda: player.on_ground)
            yield from eat(player, "bread")
        yield from wait(2)

    ticks = play(script)
    rows = [tick.players[0] for tick in ticks]
    assert min(row["food"] for row in rows) == 18
    assert rows[-1]["food"] == 20
    assert [s["count"] for s in rows[-1]["inventory"] if s["item"] == "bread"] == [1]
    meal = [row for row in rows if row["action.use"]]
    assert 6 <= len(meal) <= 40
