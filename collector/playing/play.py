"""Plays episodes: each in a process of its own, watched, and torn down whole when it stalls."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bots.world import World
from collector.errors import PlayError, Stopped, StorageFull
from collector.playing.host import Report, Request
from collector.playing.plan import ATTEMPTS, EpisodePlan
from collector.recording import Outcome, Recording
from collector.servers.base import Server

# Node, the server and its world, and all log-ins have to come up within this.
START_SECONDS = 120.0
# Reports come several times a second once the game runs; bots/ itself notices a hung Node within 5 s.
SILENCE_SECONDS = 20.0
LAST_LINES = 20


def play(
    plan: EpisodePlan,
    path: Path,
    *,
    server: Server | None = None,
    on_ticks: Callable[[int], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Recording:
    """Play `plan` and return its recording, written to `path`.

    When the stage dies or hangs it is played again with the same seeds, when its script fails with others;
    see `failed_attempts` for what is left of those.

    Args:
        plan: what to play.
        path: folder that the recording becomes.
        server: where; the embedded one if left. Each attempt asks it to be ready, so it may have died.
        on_ticks: is called with the number of ticks played so far, several times a second.
        stopped: is asked several times a second; when it says so, the game is torn down.

    Raises:
        Stopped: `stopped` said so.
        ServerError: there is no server to play on.
        PlayError: the stage died or hung, or its script failed, in every attempt.
        StorageFull: no space is left for the recording.
    """
    reasons = [attempt.meta.outcome.reason for attempt in failed_attempts(path)]
    failed = max((number + 1 for number in range(ATTEMPTS) if _aside(path, number).exists()), default=0)
    while max(len(reasons), failed) < ATTEMPTS:
        try:
            at = server.ready(_world(plan), stopped) if server else None
            outcome = _play_once(Request(plan=plan.attempt(failed), path=path, server=at), on_ticks, stopped)
        except PlayError as error:  # no fault of the script: the same seeds once more
            reasons.append(str(error))
            continue
        if outcome.ok:
            return Recording(path)
        reasons.append(outcome.reason)
        if path.exists():  # else it failed before its first tick
            _put_aside(Recording(path), failed)
        failed += 1
    raise PlayError(f"{plan.name} failed {ATTEMPTS} times: " + "; ".join(reasons))


def _world(plan: EpisodePlan) -> World:
    return World(kind=plan.world, seed=plan.seeds.world, surface=plan.surface)


def failed_attempts(path: Path) -> list[Recording]:
    """The recordings of the attempts at `path` whose script failed; each is an episode with its own name."""
    folders = (_aside(path, number) for number in range(ATTEMPTS))
    return [Recording(folder) for folder in folders if folder.exists()]


def _put_aside(recording: Recording, number: int) -> None:
    """Rename a failed attempt, so that it can stand beside the one that works out."""
    folder = _aside(recording.path, number)
    renamed = recording.meta.model_copy(update={"episode": f"{recording.meta.episode}-failed{number}"})
    draft = recording.path / "meta.draft"
    draft.write_text(renamed.model_dump_json(indent=1))
    draft.rename(recording.path / "meta.json")
    recording.path.rename(folder)


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}-failed{number}")


def _play_once(request: Request, on_ticks: Callable[[int], None], stopped: Callable[[], bool]) -> Outcome:
    with _Host(request) as host:
        deadline = START_SECONDS
        while True:
            report = host.next_report(deadline, stopped)
            on_ticks(report.ticks)
            if report.storage_full:
                raise StorageFull(report.error)
            if report.error:
                raise PlayError(f"{request.plan.name}: {report.error}{host.last_output()}")
            if report.outcome:
                return report.outcome
            deadline = SILENCE_SECONDS


class _Host:
    """The process of a stage; leaving the context kills whatever is left of it, and removes its files."""

    def __init__(self, request: Request) -> None:
        self._name = request.plan.name
        self._scratch = tempfile.TemporaryDirectory(prefix="host-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "collector.playing.host", self._scratch.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that Ctrl-C reaches only us, and one signal reaches all of it
        )
        self._reports: queue.Queue[str | None] = queue.Queue()
        self._output: deque[str] = deque(maxlen=LAST_LINES)
        self._pipes = self._stdin, stdout, stderr = _pipes(self._process)
        self._threads = [
            threading.Thread(target=self._pump, args=(stdout, self._reports.put), daemon=True),
            threading.Thread(target=self._pump, args=(stderr, self._output.append), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        with contextlib.suppress(BrokenPipeError):  # it died at once: the missing report tells
            self._stdin.write(request.model_dump_json() + "\n")
            self._stdin.flush()

    def next_report(self, seconds: float, stopped: Callable[[], bool]) -> Report:
        """The next report, within `seconds`."""
        waited = 0.0
        while not stopped():
            try:
                line = self._reports.get(timeout=0.2)
            except queue.Empty:
                waited += 0.2
                if waited < seconds:
                    continue
                raise PlayError(f"{self._name} stalled for {seconds:.0f} s{self.last_output()}") from None
            if line is None:
                raise PlayError(f"{self._name}: the game's process died{self.last_output()}")
            return Report.model_validate_json(line)
        raise Stopped(f"{self._name} was stopped")

    def last_output(self) -> str:
        """What the game printed last, to be put behind an error."""
        return "\n  last output:\n    " + "    ".join(self._output) if self._output else ""

    def _pump(self, stream: IO[str], put: Callable[[str], None]) -> None:
        for line in stream:
            put(line)
        if put == self._reports.put:
            self._reports.put(None)

    def __enter__(self) -> _Host:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in self._pipes:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        self._scratch.cleanup()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str], IO[str]]:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    return process.stdin, process.stdout, process.stderr
