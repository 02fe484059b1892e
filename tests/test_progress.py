from __future__ import annotations

import io

from rich.console import Console

from collector.progress import counted, shown


def test_a_failure_stays_on_the_screen_whatever_is_in_it() -> None:
    screen = Console(file=io.StringIO(), force_terminal=False, width=200)
    with shown(screen, 2) as bars:
        bars.playing("walk", 3)
        bars.rendering("walk", 1, 3)
        bars.finished("walk", "node said [/oops] [red]")
        bars.finished("run")
    assert "failed walk: node said [/oops] [red]" in screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_count_can_be_moved_on() -> None:
    with counted(Console(file=io.StringIO()), "ticks", 5) as advance:
        for done in range(1, 6):
            advance(done)
