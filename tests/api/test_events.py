from __future__ import annotations

import asyncio
import json

import pytest

from collector.jobs.board import Board, connect
from collector.jobs.events import FIRST, NEW, Event, client, follow
from collector.jobs.models import Progress, TaskResult
from collector.settings import Settings
from tests.jobs.conftest import spec


@pytest.fixture
def board(settings: Settings) -> Board:
    return Board(connect(settings), settings)


async def read(settings: Settings, job: str | None, after: str, count: int) -> list[Event]:
    """The next `count` events."""
    reader, found = client(settings), []
    try:
        async with asyncio.timeout(10):
            async for events in follow(reader, job, after):
                found += events
                if len(found) >= count:
                    return found
    finally:
        await reader.aclose()
    raise AssertionError


def test_a_job_is_followed_from_its_beginning_and_resumed_anywhere(settings: Settings, board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    claim = board.claim("w")
    assert claim
    board.beat(claim, Progress(finished=1))
    board.beat(claim, Progress(finished=1))
    board.finish(claim, TaskResult(episodes=1))
    events = asyncio.run(read(settings, job, FIRST, 6))
    assert [event.kind for event in events] == ["job", "task", "job", "progress", "task", "job"]
    states = [json.loads(event.data).get("state") for event in events if event.kind != "progress"]
    assert states == ["queued", "running", "running", "done", "done"]
    for number in range(1, 6):
        assert asyncio.run(read(settings, job, events[number - 1].id, 6 - number)) == events[number:]


def test_everything_is_followed_from_now_on(settings: Settings, board: Board) -> None:
    board.create(spec(), "me")

    async def both() -> tuple[list[Event], str]:
        reading = asyncio.create_task(read(settings, None, NEW, 1))
        await asyncio.sleep(0.3)
        job = (await asyncio.to_thread(board.create, spec(), "me"))[0].id
        return await reading, job

    events, job = asyncio.run(both())
    assert [event.job for event in events] == [job]
