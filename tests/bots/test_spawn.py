import random

import pytest

from bots.errors import SkillFailed
from bots.spawn import RADIUS, find_places
from bots.terrain import LIQUIDS


def meadow(columns: list[tuple[int, int]]) -> list[tuple[int, str]]:
    return [(63, "grass_block") for _ in columns]


@pytest.mark.parametrize("players", range(1, 17))
def test_players_start_within_the_world_on_one_circle(players: int) -> None:
    places = find_places(random.Random(1), players, (6.0, 10.0), meadow)
    assert len({place.position for place in places}) == players
    assert all(abs(p.x) < RADIUS + 100 and abs(p.z) < RADIUS + 100 for p, _ in places)


def test_two_players_start_at_the_distance_asked_for_and_face_each_other() -> None:
    (a, yaw_a), (b, yaw_b) = find_places(random.Random(2), 2, (6.0, 10.0), meadow)
    assert 4.5 <= a.flat_distance(b) <= 11.5
    assert abs(abs(yaw_a - yaw_b) - 3.1416) < 0.01


def test_nobody_starts_in_a_liquid() -> None:
    with pytest.raises(SkillFailed, match="another world seed"):
        find_places(random.Random(3), 2, (6.0, 10.0), lambda columns: [(62, min(LIQUIDS)) for _ in columns])
