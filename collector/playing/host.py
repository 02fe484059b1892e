"""The process that hosts one stage: plays one episode, writes its recording, reports as it goes.

It is started by `collector.playing.play` as `python -m collector.playing.host SCRATCH`, in a session of its
own: reads one `Request` as a line of JSON from stdin and writes `Report`s as lines of JSON to stdout. A stage
has a process to itself because the bridge to Node is a global of its process, and so that whatever hangs can
be killed. Its temporary files lie in the folder SCRATCH, so that none outlives it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TextIO

from bots.episodes import episode_type
from bots.errors import BotsError
from bots.remote import Timing
from bots.server import NetworkServer
from bots.stage import Stage
from bots.world import World
from collector.errors import CollectorError, StorageFull, from_os
from collector.playing.plan import EpisodePlan
from collector.recording import ClockMeta, Header, Outcome, PlayerMeta, RecordingWriter, WorldMeta
from collector.recording.schema import Model

REPORT_SECONDS = 0.2
# Levels of rain and thunder.
SKIES = {"clear": (0.0, 0.0), "rain": (1.0, 0.0), "thunder": (1.0, 1.0)}


class Request(Model):
    """What to play, where the recording goes, and the server if the players bring none."""

    plan: EpisodePlan
    path: Path
    server: NetworkServer | None = None


class Report(Model):
    """How far it is; the last one has the outcome, or the error that prevented one.

    There is no recording of what failed before its first tick, as where no place to play was found.
    """

    ticks: int = 0
    outcome: Outcome | None = None
    error: str = ""
    storage_full: bool = False


def record(request: Request, report: Callable[[Report], None]) -> None:
    """Play the episode and write its recording."""
    plan = request.plan
    wet, thunder = SKIES[plan.weather]
    world = World(
        kind=plan.world,
        seed=plan.seeds.world,
        surface=plan.surface,
        time=plan.time,
        rain=wet,
        thunder=thunder,
    )
    with Stage(
        players=plan.players,
        world=world,
        seed=plan.seeds.episode,
        view_distance=plan.view_distance,
        server=request.server,
    ) as stage:
        ticks = stage.play(plan.type, plan.parameters)
        first = next(ticks, None)  # the server is up, and described, when the first tick has been played
        if first is None:
            report(Report(outcome=Outcome(ok=False, reason=stage.outcome.reason)))
            return
        report(Report())
        with RecordingWriter(request.path, header(plan, stage)) as writer:
            reported = time.monotonic()
            for tick in chain([first], ticks):
                writer.append(tick)
                if time.monotonic() - reported > REPORT_SECONDS:
                    report(Report(ticks=writer.ticks))
                    reported = time.monotonic()
            outcome = Outcome(ok=stage.outcome.ok, reason=stage.outcome.reason)
            writer.close(outcome, stage.metadata, clock_meta(stage.timing))
    report(Report(ticks=writer.ticks, outcome=outcome))


def header(plan: EpisodePlan, stage: Stage) -> Header:
    """What is known before the first tick."""
    opened = stage.opened
    assert opened  # it has played a tick
    return Header(
        episode=plan.name,
        type=plan.type,
        parameters=episode_type(plan.type).Parameters.model_validate(plan.parameters).model_dump(),
        seeds=plan.seeds,
        players=tuple(PlayerMeta(name=name) for name in stage.names),
        start_time=stage.timing.started,
        minecraft=opened.minecraft,
        world=WorldMeta(kind=plan.world, min_y=opened.min_y, height=opened.height),
        versions={"collector": version("collector"), **opened.versions},
    )


def clock_meta(timing: Timing) -> ClockMeta:
    """How the clock has run, as the recording tells it."""
    told = asdict(timing)
    del told["started"]  # the header has it
    return ClockMeta.model_validate(told)


def main() -> None:
    """Serve one request."""
    channel = _claim_stdout()
    tempfile.tempdir = scratch = sys.argv[1]
    request = Request.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, args=(scratch,), daemon=True).start()

    def report(message: Report) -> None:
        channel.write(message.model_dump_json() + "\n")
        channel.flush()

    try:
        record(request, report)
    except OSError as error:
        reason = from_os(error)
        report(Report(error=str(reason), storage_full=isinstance(reason, StorageFull)))
    except (BotsError, CollectorError) as error:
        report(Report(error=str(error)))


def _claim_stdout() -> TextIO:
    """Keep stdout for reports: whatever else is printed, by Node too, goes to stderr."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return channel


def _die_with_parent(scratch: str) -> None:
    """End this process and its Node when stdin closes, that is, when the parent is gone."""
    sys.stdin.read()
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
