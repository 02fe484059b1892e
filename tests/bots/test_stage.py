"""Ticks as a stage yields them: deterministic, synchronous, complete; and what ends an episode."""

from __future__ import annotations

import math
import multiprocessing
import os
import re
import signal
import struct
from itertools import pairwise

import pytest

from bots.episodes import Episode
from bots.errors import NodeDied, PlayerCountError, SkillFailed, UnknownEpisodeType
from bots.geometry import Cell
from bots.player import Player
from bots.run import IDLE
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.building import place
from bots.skills.looking import look_at, turn_by
from bots.skills.mining import dig
from bots.stage import ScriptOf, Stage
from bots.tick import Tick
from bots.world import World
from collector.recording.schema import ACTION, STATE
from tests.bots.conftest import Play


def spin() -> None:
    while True:
        pass


def idle(ticks: int) -> ScriptOf:
    def script(player: Player, scene: Scene) -> Script[None]:
        yield from wait(ticks)

    return script


def play_on(stage: Stage, kind: str, number: int) -> list[Tick]:
    ticks = list(stage.play(kind, number=number))
    assert stage.outcome.ok, stage.outcome.reason
    return ticks


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["orbit", "placeAndMine"])
def test_same_seeds_give_equal_ticks_whatever_was_before_and_whatever_the_machine_does(
    kind: str, hills: Stage
) -> None:
    play_on(hills, "straightLineWalk", 0)
    first = play_on(hills, kind, 5)
    hills.close()
    load = [multiprocessing.get_context("spawn").Process(target=spin, daemon=True) for _ in range(3)]
    for process in load:
        process.start()
    try:
        again = play_on(hills, kind, 5)
    finally:
        for process in load:
            process.kill()
            process.join()
    assert len(again) == len(first)
    assert next((a.index for a, b in zip(again, first, strict=True) if a != b), None) is None


def test_other_numbers_and_seeds_differ(flat: Stage) -> None:
    ticks = play_on(flat, "straightLineWalk", 0)
    assert play_on(flat, "straightLineWalk", 1) != ticks
    flat.close()
    with Stage(world=flat.world, seed=flat.seed + 1, view_distance=2) as other:
        assert play_on(other, "straightLineWalk", 0) != ticks


def test_rows_have_exactly_the_columns_of_the_recording(play: Play) -> None:
    ticks = play(idle(3))
    columns = {name for name, _ in [*STATE, *ACTION]}
    assert [tick.index for tick in ticks] == [0, 1, 2]
    assert all(set(row) == columns for tick in ticks for row in tick.players)


def test_the_first_tick_holds_the_world_in_view(play: Play) -> None:
    first = play(idle(1))[0]
    sections = {(s.x, s.y, s.z): s for s in first.sections}
    assert len(sections) == len(first.sections)
    for row in first.players:
        x, y, z = math.floor(row["x"]), round(row["y"]) - 1, math.floor(row["z"])
        section = sections[x >> 4, y >> 4, z >> 4]
        assert len(section.blocks) == 2 * 4096
        assert len(section.biomes) == 2 * 64
        index = (y & 15) << 8 | (z & 15) << 4 | (x & 15)
        assert struct.unpack_from("<H", section.blocks, 2 * index)[0] == 9  # grass_block, not snowy
    columns = {(x, z) for x, _, z in sections}
    assert len(columns) >= 25  # a view of 2 chunks to all sides


def test_turns_and_steps_show_in_the_row_after_their_action(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        yield from wait(3 + player.index)
        yield from turn_by(player, math.radians(50), math.radians(-10))
        yield from wait(2)
        for _ in range(10):
            player.hold("forward")
            yield
        yield from wait(15)

    ticks = play(script)
    for now, after in pairwise(ticks):
        for row, following in zip(now.players, after.players, strict=True):
            turned = (following["yaw"] - row["yaw"] + math.pi) % math.tau - math.pi
            assert row["action.camera_yaw"] == pytest.approx(turned, abs=1e-12)
            assert row["action.camera_pitch"] == pytest.approx(following["pitch"] - row["pitch"], abs=1e-12)
    for player in (0, 1):
        rows = [tick.players[player] for tick in ticks]
        start = next(i for i, row in enumerate(rows) if row["action.forward"])
        assert (rows[start]["x"], rows[start]["z"]) == (rows[0]["x"], rows[0]["z"])
        assert (rows[start + 1]["x"], rows[start + 1]["z"]) != (rows[0]["x"], rows[0]["z"])
        assert sum(row["action.camera_yaw"] for row in rows) == pytest.approx(math.radians(50))


def test_movement_of_a_tick_uses_the_turn_of_that_tick(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        player.turn(math.pi / 2, 0.0)
        player.hold("forward")
        yield
        yield from wait(1)

    before, after = play(script)
    for row, moved in zip(before.players, after.players, strict=True):
        dx, dz = moved["x"] - row["x"], moved["z"] - row["z"]
        assert math.atan2(-dx, -dz) == pytest.approx((moved["yaw"] + math.pi) % math.tau - math.pi, abs=1e-6)


def test_all_action_keys_are_booleans_and_idle_players_do_nothing(play: Play) -> None:
    for tick in play(idle(5)):
        for row in tick.players:
            assert {key: row[key] for key in IDLE} == IDLE


def test_a_placed_block_holds_from_the_row_after_and_stops_the_other_player(play: Play) -> None:
    """One player puts a wall in the way; the other walks on and comes to stand at it: both worlds have it."""
    wall: list[Cell] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        builder, walker = scene.players
        if player is builder:
            yield from wait(5)
            scene.teleport(walker, builder.cell.plus(4, 0, 0).floor(), math.pi / 2)
            scene.give(builder, "stone", 64, 0)
            yield from wait(5)
            for z in (-1, 0, 1):
                cell = builder.cell.plus(2, 0, z)
                yield from place(builder, cell, "stone")
                wall.append(cell)
        else:
            yield from wait(150)
            for _ in range(40):
                player.hold("forward")
                yield

    ticks = play(script)
    assert len(wall) == 3
    for cell in wall:
        placed = next(t.index for t in ticks for b in t.blocks if b[:3] == cell and b[3] == 1)
        assert [t.index for t in ticks if t.players[0]["action.place_block"]].count(placed - 1) == 1
    assert ticks[-1].players[1]["x"] == pytest.approx(wall[0].x + 1 + 0.3, abs=1e-6)


def test_a_dug_block_is_gone_from_the_row_after_and_its_cracks_show(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            yield from dig(player, player.cell.plus(1, -1, 0))
            yield from wait(5)

    ticks = play(script)
    mined = [t.index for t in ticks if t.players[0]["action.mine"]]
    changes = [(t.index, b) for t in ticks for b in t.blocks if b[3] == 0]
    assert [index for index, _ in changes] == [mined[-1] + 1]
    stages = [t.players[0]["dig_stage"] for t in ticks if t.players[0]["dig_stage"] >= 0]
    assert stages == sorted(stages)
    assert len(stages) == len(mined) - 1  # from the row after the first tick of digging to the last one
    assert any(entity["type"] == "item" for entity in ticks[-1].entities)


def test_a_look_ends_on_the_target(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        yield from turn_by(player, math.radians(100), math.radians(20))
        yield from look_at(player, player.others[0])
        yield from wait(1)

    last = play(script)[-1]
    a, b = last.players
    dx, dz = b["x"] - a["x"], b["z"] - a["z"]
    assert math.atan2(-dx, -dz) == pytest.approx((a["yaw"] + math.pi) % math.tau - math.pi, abs=1e-6)
    assert a["pitch"] == pytest.approx(math.atan2(b["y"] - a["y"], math.hypot(dx, dz)), abs=1e-3)


def test_players_start_still_at_the_asked_distance_and_face_each_other(hills: Stage) -> None:
    first = play_on(hills, "straightLineWalk", 3)[0]
    a, b = first.players
    assert 9 <= math.hypot(a["x"] - b["x"], a["z"] - b["z"]) <= 16
    for row, other in ((a, b), (b, a)):
        assert row["on_ground"]
        assert (row["vx"], row["vz"]) == (0, 0)
        to_other = math.atan2(row["x"] - other["x"], row["z"] - other["z"])
        assert math.cos(row["yaw"] - to_other) > 0.999


def test_wrong_use_is_told_at_once(flat: Stage) -> None:
    with pytest.raises(UnknownEpisodeType, match="orbit"):
        flat.play("orbitt")
    with pytest.raises(PlayerCountError, match="2 to 16 players, not 1"), Stage(players=1) as alone:
        alone.play("orbit")
    with pytest.raises(PlayerCountError, match="1 to 16"):
        Stage(players=17)
    with pytest.raises(ValueError, match="points"):
        flat.play("orbit", {"points": 2})


def test_a_failing_script_ends_the_episode_with_its_reason(flat: Stage) -> None:
    def give_up(player: Player, scene: Scene) -> Script[None]:
        yield from wait(3)
        raise SkillFailed("the bridge is out")

    def mistake(player: Player, scene: Scene) -> Script[None]:
        yield from wait(2)
        player.hold("fly")

    assert len(list(flat.play_script(give_up))) == 3
    assert (flat.outcome.ok, flat.outcome.reason) == (False, "the bridge is out")
    assert len(list(flat.play_script(mistake))) == 2
    assert "no such key: fly" in flat.outcome.reason
    list(flat.play_script(idle(1)))
    assert flat.outcome.ok


@pytest.mark.parametrize("cell", [Cell(9000, 70, 9000), Cell(0, 5000, 0)], ids=["afar", "above"])
def test_a_block_outside_the_world_fails_the_episode_and_names_the_place(flat: Stage, cell: Cell) -> None:
    def build(player: Player, scene: Scene) -> Script[None]:
        yield
        scene.set_block(cell._replace(x=cell.x + player.cell.x, z=cell.z + player.cell.z), "stone")

    assert len(list(flat.play_script(build))) == 1
    assert not flat.outcome.ok
    assert re.match(rf"the block at \(-?\d+, {cell.y}, -?\d+\) cannot be changed", flat.outcome.reason)
    pid = flat.pid
    assert play_on(flat, "straightLineWalk", 0)
    assert flat.pid == pid, "the stage goes on"


def test_an_episode_has_a_deadline(flat: Stage) -> None:
    class Endless(Episode):
        name = "endless"
        max_seconds = 2

        def script(self, player: Player) -> Script[None]:
            while player.alive:
                yield

    assert len(list(flat.play(Endless))) == 40
    assert not flat.outcome.ok
    assert "40 ticks" in flat.outcome.reason


def test_a_killed_node_is_raised_and_the_next_episode_plays(flat: Stage) -> None:
    ticks = flat.play("orbit")
    next(ticks)
    assert flat.pid is not None
    os.kill(flat.pid, signal.SIGKILL)
    with pytest.raises(NodeDied):
        list(ticks)
    assert not flat.outcome.ok
    assert play_on(flat, "straightLineWalk", 0)


def test_choices_are_logged(flat: Stage) -> None:
    events = [event for tick in play_on(flat, "orbit", 0) for event in tick.events]
    assert events[0].kind == "orbit"
    assert {event.kind for event in events} == {"orbit", "look"}


def test_many_players_share_the_ticks(stages: dict[str, Stage]) -> None:
    for stage in stages.values():
        stage.close()
    with Stage(players=6, world=World(kind="flat"), seed=1, view_distance=2) as stage:
        ticks = play_on(stage, "straightLineWalk", 0)
    assert {len(tick.players) for tick in ticks} == {6}


def test_the_first_turn_does_not_put_a_player_back(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        for _ in range(30):
            player.hold("forward")
            yield
        yield from turn_by(player, math.radians(30))
        yield from wait(3)

    ticks = play(script)
    for player in (0, 1):
        rows = [tick.players[player] for tick in ticks]
        steps = [math.hypot(b["x"] - a["x"], b["z"] - a["z"]) for a, b in pairwise(rows)]
        assert max(steps) < 0.3
        assert math.hypot(rows[-1]["x"] - rows[0]["x"], rows[-1]["z"] - rows[0]["z"]) > 3
