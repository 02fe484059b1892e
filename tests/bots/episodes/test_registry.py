"""Episode types are found by folder."""

from __future__ import annotations

import pytest

from bots.episodes import episode_type, episode_types
from bots.errors import UnknownEpisodeType


def test_types_are_sorted_and_complete() -> None:
    types = episode_types()
    assert list(types) == sorted(types)
    for name, cls in types.items():
        assert cls.name == name
        fewest, most = cls.players
        assert 1 <= fewest <= most <= 16
        assert cls.typical_seconds > 0
        assert cls.__doc__
        cls.Parameters()  # all have defaults


def test_an_unknown_type_names_those_there_are() -> None:
    with pytest.raises(UnknownEpisodeType, match="orbit"):
        episode_type("polka")
