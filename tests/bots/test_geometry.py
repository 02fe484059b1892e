"""Angles and vectors agree with the recording's convention."""

from __future__ import annotations

import math

import pytest

from bots.geometry import Cell, Vec, direction, elevation, heading, wrap


@pytest.mark.parametrize(
    ("yaw", "pitch", "view"),
    [
        (0, 0, (0, 0, -1)),  # north
        (math.pi / 2, 0, (-1, 0, 0)),  # left of north is west
        (math.pi, 0, (0, 0, 1)),
        (0, math.pi / 2, (0, 1, 0)),
    ],
)
def test_direction(yaw: float, pitch: float, view: tuple[float, float, float]) -> None:
    assert direction(yaw, pitch) == pytest.approx(view, abs=1e-12)


@pytest.mark.parametrize("yaw", [-3, -1, 0, 0.5, 2, 3.1])
@pytest.mark.parametrize("pitch", [-1.2, 0, 0.7])
def test_heading_and_elevation_undo_direction(yaw: float, pitch: float) -> None:
    view = direction(yaw, pitch)
    assert heading(view) == pytest.approx(yaw)
    assert elevation(view) == pytest.approx(pitch)


def test_wrap_keeps_directions_and_stays_within_half_a_turn() -> None:
    for angle in (-10, -math.pi, 0, 1, math.pi, 4, 100):
        assert -math.pi < wrap(angle) <= math.pi
        assert math.cos(wrap(angle)) == pytest.approx(math.cos(angle))


def test_cells_of_points() -> None:
    assert Vec(-0.5, 63.999, 2).cell() == Cell(-1, 63, 2)
    assert Cell(-1, 63, 2).centre().cell() == Cell(-1, 63, 2)
    assert Cell(0, 64, 0).floor() == Vec(0.5, 64, 0.5)
