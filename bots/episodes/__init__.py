"""Episode types, found by folder: every module here that defines a named `Episode` adds one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import UnknownEpisodeType

__all__ = ["Episode", "EpisodeParameters", "episode_type", "episode_types"]


@cache
def episode_types() -> dict[str, type[Episode]]:
    """All episode types by name, in alphabetical order."""
    found: dict[str, type[Episode]] = {}
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}"))
        for value in members.values():
            if inspect.isclass(value) and issubclass(value, Episode) and "name" in vars(value):
                found[value.name] = value
    return dict(sorted(found.items()))


def episode_type(name: str) -> type[Episode]:
    """The episode type of that name. Raises `UnknownEpisodeType`."""
    try:
        return episode_types()[name]
    except KeyError:
        known = ", ".join(episode_types())
        raise UnknownEpisodeType(f"there is no episode type {name!r}; there are: {known}") from None
