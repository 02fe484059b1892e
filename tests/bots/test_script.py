"""Scripts run side by side, under deadlines, and never without a tick in a loop."""

from __future__ import annotations

import pytest

from bots.errors import SkillFailed
from bots.script import Script, at_least_one, at_most, during, together, until, wait, within


def ticks(script: Script[object]) -> int:
    return sum(1 for _ in script)


def returning(after: int, value: str) -> Script[str]:
    yield from wait(after)
    return value


def test_how_long_combinations_last() -> None:
    assert ticks(wait(3)) == 3
    assert ticks(together(wait(2), wait(5), wait(0))) == 5
    assert ticks(at_most(4, wait(9))) == 4
    assert ticks(at_most(4, wait(2))) == 2
    assert ticks(at_least_one(wait(0))) == 1
    assert ticks(at_least_one(wait(3))) == 3


def test_during_ends_with_its_main_script_and_returns_its_value() -> None:
    seen = []

    def main() -> Script[None]:
        seen.append((yield from during(returning(3, "done"), wait(100), wait(1))))

    assert ticks(main()) == 3
    assert seen == ["done"]


def test_until_waits_for_a_condition_and_runs_a_script_meanwhile() -> None:
    count = 0

    def counting() -> Script[None]:
        nonlocal count
        while True:
            count += 1
            yield

    assert ticks(until(lambda: count >= 3, counting())) == 3


def test_within_returns_in_time_or_fails_with_what() -> None:
    results = []

    def main() -> Script[None]:
        results.append((yield from within(5, returning(2, "x"), "it")))
        yield from within(2, wait(3), "the slow part")

    with pytest.raises(SkillFailed, match="the slow part: not done within 2 ticks"):
        ticks(main())
    assert results == ["x"]
