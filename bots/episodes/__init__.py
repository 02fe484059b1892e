"""Episode types: every module here that defines a named `Episode` adds one, and so does every entry point
of the group `collector.episodes` in an installed package.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import UnknownEpisodeType, UnusableEpisodeType

__all__ = ["ENTRY_POINTS", "Episode", "EpisodeParameters", "episode_type", "episode_types"]

ENTRY_POINTS = "collector.episodes"


@cache
def episode_types() -> dict[str, type[Episode]]:
    """All episode types by name, in alphabetical order.

    Raises `UnusableEpisodeType` when what an installed package offers is none, or takes a name that is taken.
    """
    found = {kind.name: kind for kind in _own_types()}
    for point in entry_points(group=ENTRY_POINTS):
        kind = _load(point)
        if found.setdefault(kind.name, kind) is not kind:
            raise UnusableEpisodeType(f"{_named(point)}: there is a type {kind.name!r} already; rename it")
    return dict(sorted(found.items()))


def episode_type(name: str) -> type[Episode]:
    """The episode type of that name. Raises `UnknownEpisodeType`."""
    try:
        return episode_types()[name]
    except KeyError:
        known = ", ".join(episode_types())
        raise UnknownEpisodeType(f"there is no episode type {name!r}; there are: {known}") from None


def _own_types() -> Iterator[type[Episode]]:
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}"))
        yield from (value for value in members.values() if _is_type(value))


def _load(point: EntryPoint) -> type[Episode]:
    try:
        value = point.load()
    except Exception as error:  # whatever a module of somebody else raises
        raise UnusableEpisodeType(f"{_named(point)} cannot be loaded: {error!r}") from error
    if not _is_type(value):
        raise UnusableEpisodeType(f"{_named(point)} is no subclass of Episode with a `name` of its own")
    kind: type[Episode] = value
    return kind


def _named(point: EntryPoint) -> str:
    package = f" of the package {point.dist.name}" if point.dist else ""
    return f"the episode type {point.value!r}{package}"


def _is_type(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Episode) and "name" in vars(value)
