from __future__ import annotations

import io

from rich.console import Console

from collector.progress import counted, shown


def shown_on(screen: Console) -> str:
    with shown(screen, 2) as listener:
        listener.playing("walk", 3)
        listener.rendering("walk", 1, 3)
        listener.finished("walk", "node said [/oops] [red]")
        listener.finished("run")
    return screen.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_a_failure_stays_on_the_screen_whatever_is_in_it() -> None:
    written = shown_on(Console(file=io.StringIO(), force_terminal=True, color_system=None, width=200))
    assert "failed walk: node said [/oops] [red]" in written


def test_a_log_gets_a_line_for_each_episode() -> None:
    lines = shown_on(Console(file=io.StringIO(), force_terminal=False, width=20)).splitlines()
    assert lines == ["1/2 walk failed: node said [/oops] [red]", "2/2 run done"]


def test_a_count_can_be_moved_on() -> None:
    with counted(Console(file=io.StringIO()), "ticks", 5) as advance:
        for done in range(1, 6):
            advance(done)
