"""The order of clips is a function of seed and index, fair, and without repetition."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from collector.dataset.sampling import ClipOrder, Draw, Weight, mix, permute
from collector.errors import DatasetError

TICKS = np.array([100, 33, 10, 70, 400])
TYPES = np.array([0, 0, 0, 1, 1])


def sequence(weight: Weight, seed: int = 0) -> ClipOrder:
    return ClipOrder(TICKS, TYPES, 33, weight, seed)


def epoch(clips: ClipOrder, number: int = 0) -> list[Draw]:
    return [clips[number * clips.epoch + index] for index in range(clips.epoch)]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 1000])
def test_permute_is_a_permutation(count: int) -> None:
    one = [permute(index, count, 1) for index in range(count)]
    assert sorted(one) == list(range(count))
    if count > 60:
        assert one != [permute(index, count, 2) for index in range(count)]
        assert abs(np.corrcoef(one, np.arange(count))[0, 1]) < 0.35


def test_every_tick_comes_once_in_an_epoch() -> None:
    clips = sequence("tick")
    assert clips.epoch == 3 + 1 + 2 + 12
    for number in range(3):
        drawn = epoch(clips, number)
        assert Counter(draw.episode for draw in drawn) == {0: 3, 1: 1, 3: 2, 4: 12}
        for episode in (0, 3, 4):
            starts = sorted(draw.start for draw in drawn if draw.episode == episode)
            assert all(after - before >= 33 for before, after in pairwise(starts))
            assert starts[0] >= 0
            assert starts[-1] + 33 <= TICKS[episode]
    assert sorted(epoch(clips, 0)) != sorted(epoch(clips, 1)), "the cuts move from epoch to epoch"


def test_every_episode_comes_once_in_an_epoch() -> None:
    clips = sequence("episode")
    starts = []
    for number in range(200):
        drawn = epoch(clips, number)
        assert sorted(draw.episode for draw in drawn) == [0, 1, 3, 4]
        starts += [draw.start for draw in drawn if draw.episode == 4]
    assert min(starts) >= 0
    assert max(starts) <= 400 - 33
    assert np.ptp(starts) > 300


def test_every_type_comes_equally_often() -> None:
    drawn = epoch(sequence("type"))
    assert Counter(int(TYPES[draw.episode]) for draw in drawn) == {0: 14, 1: 14}
    of_first = Counter(draw.episode for draw in drawn if TYPES[draw.episode] == 0)
    assert of_first[0] > of_first[1] > 0


def test_depends_on_the_seed_alone() -> None:
    assert epoch(sequence("tick", 5), 7) == epoch(sequence("tick", 5), 7)
    assert epoch(sequence("tick", 5)) != epoch(sequence("tick", 6))


def test_a_million_episodes_take_no_time() -> None:
    clips = ClipOrder(np.full(1_000_000, 680), np.zeros(1_000_000, int), 33, "tick", 0)
    assert clips.epoch == 20_000_000
    drawn = [clips[index] for index in range(2000)]
    assert len(set(drawn)) == 2000
    assert len({draw.episode for draw in drawn}) > 1990


def test_too_short_episodes_are_told() -> None:
    with pytest.raises(DatasetError, match="no episode has 500 ticks"):
        ClipOrder(TICKS, TYPES, 500, "tick", 0)


def test_mix_spreads() -> None:
    values = np.array([mix(0, index) & 1023 for index in range(50_000)])
    assert np.abs(np.bincount(values, minlength=1024) / 50_000 * 1024 - 1).max() < 0.7


@pytest.mark.parametrize("weight", ["tick", "episode", "type"])
def test_clips_can_begin_at_key_frames(weight: Weight) -> None:
    free = sequence(weight)
    aligned = ClipOrder(TICKS, TYPES, 33, weight, 0, align=16)
    assert aligned.epoch == free.epoch
    for index in range(3 * free.epoch):
        one, other = aligned[index], free[index]
        assert one == (other.episode, other.start - other.start % 16)
    if weight == "tick":
        assert len(set(epoch(aligned))) == aligned.epoch, "none comes twice"


def test_an_alignment_that_repeats_clips_is_refused() -> None:
    for align in (0, 34):
        with pytest.raises(DatasetError, match="expected 1 to 33"):
            ClipOrder(TICKS, TYPES, 33, "tick", 0, align=align)
