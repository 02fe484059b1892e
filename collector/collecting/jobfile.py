"""Jobs as a user writes them: in a YAML file, or in the options of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from collector.collecting.collect import Job
from collector.errors import UsageError

# What a file says to the service alone; so one file can be collected here and submitted there.
SERVICE_KEYS = frozenset({"dataset", "priority", "deadline", "labels"})
MAX_FILE = 1 << 20


def job_of(file: Path | None, options: Mapping[str, Any]) -> Job:
    """The job of a YAML file, or the default one, with what the options say instead.

    Raises:
        UsageError: the file is no YAML, or what both say is no job; the message names each wrong field.
    """
    said = {} if file is None else _read(file)
    given = {name: value for name, value in options.items() if value is not None}
    if "mix" in given or "draw" in given:  # other episodes, not more of them
        said = {name: value for name, value in said.items() if name not in {"mix", "draw"}}
    try:
        return Job.model_validate({**said, **given})
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc'])) or 'job'}: {one['msg']}" for one in error.errors())
        raise UsageError("this is no job:\n  " + "\n  ".join(wrong)) from None


def parse_episodes(text: str, types: str | None) -> dict[str, Any]:
    """The options `--episodes` and `--types` as fields of a job.

    `orbit=2,placeAndMine=1` are counts; `200` with the types `orbit,chase=2` is how many are drawn, of types
    with or without weights.

    Raises:
        UsageError: the text is malformed.
    """
    if text.isdecimal():
        return {"draw": {"episodes": int(text), "types": parse_weights(types or "", "--types")}}
    if types is not None:
        raise UsageError(f"--types weighs what is drawn: give a number as --episodes, not {text!r}")
    counts = parse_weights(text, "--episodes")
    if not counts or not all(count is not None and float(count).is_integer() for count in counts.values()):
        raise UsageError(
            f"--episodes {text!r}: write each type once with a count, as in orbit=2,placeAndMine=1, "
            "or a number of episodes to draw"
        )
    return {"mix": {name: int(count or 0) for name, count in counts.items()}}


def parse_choice(text: str, option: str) -> Any:
    """One value, such as `flat`, or values with weights, such as `flat=1,terrain=3`.

    Raises:
        UsageError: the text is malformed.
    """
    if "=" not in text:
        return text
    weighted = parse_weights(text, option)
    if None in weighted.values():
        raise UsageError(f"{option} {text!r}: give every value a weight, as in flat=1,terrain=3")
    return weighted


def parse_weights(text: str, option: str) -> dict[str, float | None]:
    """`orbit,chase=2` → {"orbit": None, "chase": 2.0}.

    Raises:
        UsageError: the text is malformed.
    """
    weights: dict[str, float | None] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, weight = part.partition("=")
        try:
            value = float(weight) if equals else None
        except ValueError:
            raise UsageError(f"{option} {text!r}: {weight!r} is no number") from None
        if not name or name in weights:
            raise UsageError(f"{option} {text!r}: write each name once, as in orbit=2,placeAndMine=1")
        weights[name] = value
    return weights


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_FILE:
            raise UsageError(f"{path} is no job: it has more than {MAX_FILE} bytes")
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no YAML: {error}") from None
    if not isinstance(said, dict):
        raise UsageError(f"{path} is no job: expected fields such as `mix` and `players`")
    return {name: value for name, value in said.items() if name not in SERVICE_KEYS}
