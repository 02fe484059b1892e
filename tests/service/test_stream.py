"""The stream of events, with all that clients and breakdowns do to it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, cast

import httpx2
import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.api.client import Client
from collector.errors import ServiceError
from collector.jobs.board import connect
from collector.settings import Settings
from tests.jobs.conftest import spec, until
from tests.processes import children
from tests.service.conftest import Running, running

pytestmark = pytest.mark.slow

CLIENTS = 6
JOBS = 8
AWAY_SECONDS = 2.0
# Latin letters are what a header can carry; many of these are nearly right.
IDS = st.one_of(
    st.from_regex(r"[0-9]{0,20}-?[0-9*+$]{0,20}", fullmatch=True),
    st.sampled_from(["$", ">", "+", "0", "0-0", "-", "1-", "999999999999999999-999999999999999999"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=40),
)
QUERIES = st.one_of(
    st.from_regex(r"[0-9a-f]{0,20}", fullmatch=True),
    st.sampled_from(["0" * 17, "*", "../jobs", "\0", "collector:events", "1\r\nX: y"]),
    st.text(max_size=40),
)
VALID_ID = re.compile(r"([0-9]{1,18}-[0-9]{1,18}|0)?")
VALID_JOB = re.compile(r"([0-9a-f]{17})?")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service without workers: what happens is what the tests do."""
    with running(tmp_path_factory.mktemp("stream"), "--workers", "0") as found:
        yield found


@pytest.fixture
def board(service: Running) -> Iterator[redis.Redis]:
    """The Redis of the service."""
    client = connect(Settings(redis=f"unix://{service.data}/redis/redis.sock"))
    yield client
    client.close()


def happened(board: redis.Redis) -> list[tuple[str, str]]:
    """(id, job) of all events that there were."""
    return [(one, fields["job"]) for one, fields in cast("Any", board.xrange("collector:events"))]


def place(one: str) -> list[int]:
    """Where an event is in the stream."""
    return [int(part) for part in one.split("-")]


def waiting(board: redis.Redis) -> int:
    """How many connections wait for news."""
    return sum(one["cmd"] == "xread" for one in cast("Any", board.client_list()))


@given(last=IDS, job=QUERIES)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_cursor_and_no_filter_breaks_it(service: Running, last: str, job: str) -> None:
    headers = {b"Last-Event-ID": last.encode("latin-1")}
    with (
        httpx2.Client(base_url=service.url, timeout=20) as client,
        client.stream("GET", "/v1/events", params={"job": job}, headers=headers) as answer,
    ):
        if not VALID_JOB.fullmatch(job):
            expected = 422
        elif job:
            expected = 404  # there is none of that name
        else:
            expected = 200 if VALID_ID.fullmatch(last) else 422
        assert answer.status_code == expected
        kind = "text/event-stream" if expected == 200 else "application/problem+json"
        assert answer.headers["Content-Type"].startswith(kind)


def test_clients_that_leave_let_go_of_redis(service: Running, board: redis.Redis) -> None:
    with httpx2.Client(base_url=service.url, timeout=20) as client:
        streams = [client.stream("GET", "/v1/events") for _ in range(40)]
        opened = [stream.__enter__() for stream in streams]
        until(lambda: waiting(board) >= len(opened), 20)
        for stream in streams:
            stream.__exit__(None, None, None)
    until(lambda: waiting(board) == 0, 20)
    assert "Traceback" not in (service.data / "api.log").read_text()


class Listener:
    """Reads the stream of all jobs, leaves it at random moments, and goes on where it left."""

    def __init__(self, url: str, seed: int, after: str, done: Callable[[], bool]) -> None:
        self.heard: list[tuple[str, str]] = []
        self.left = 0
        self._url, self._chance, self._last, self._done = url, random.Random(seed), after, done

    def __call__(self) -> None:
        """Listen until no more is to come, and none has come for a while."""
        with httpx2.Client(base_url=self._url, timeout=20) as client:
            while self._listen(client, self._chance.randint(1, 4)) or not self._done():
                self.left += 1

    def _listen(self, client: httpx2.Client, most: int) -> int:
        """Read so many events, or fewer when none come; returns how many."""
        found = 0
        with client.stream("GET", "/v1/events", headers={"Last-Event-ID": self._last}) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                kind, _, value = line.partition(": ")
                if kind == "id":
                    self._last = value
                elif kind == "data":
                    job = json.loads(value)["job"]
                elif line == "" and found < most:
                    self.heard.append((self._last, job))
                    found += 1
                if found == most or line.startswith(":"):
                    break
        return found


def test_all_who_listen_hear_the_same_however_often_they_leave(service: Running, board: redis.Redis) -> None:
    done = threading.Event()
    with Client(service.url) as client:
        client.submit(spec(dataset="stream"), "first")
        begin = happened(board)[-1][0]
        listeners = [Listener(service.url, seed, begin, done.is_set) for seed in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as pool:
            heard = [pool.submit(listener) for listener in listeners]
            jobs = [client.submit(spec(dataset="stream", seed=n), f"s{n}").id for n in range(JOBS)]
            for job in jobs:
                client.cancel(job)
            done.set()
            for one in heard:
                one.result(60)
    truth = [event for event in happened(board) if place(event[0]) > place(begin)]
    assert {job for _, job in truth} == set(jobs)
    for listener in listeners:
        assert listener.heard == truth
        assert listener.left > 2


@pytest.mark.parametrize("part", ["redis-server", "cli serve"])
def test_a_job_is_followed_over_breakdowns(service: Running, part: str) -> None:
    with Client(service.url) as client:
        job = client.submit(spec(dataset="stream"), f"follow {part}").id
        news = client.follow(job)
        assert next(news)[1]["state"] == "queued"
        service.process.send_signal(signal.SIGSTOP)  # it starts nothing again for a while
        for victim in children(service.process.pid, part):
            os.kill(victim, signal.SIGKILL)
        with ThreadPoolExecutor(1) as pool:
            heard = pool.submit(lambda: [data["state"] for kind, data in islice(news, 2) if kind == "job"])
            time.sleep(AWAY_SECONDS)
            service.process.send_signal(signal.SIGCONT)
            until(lambda: cancelled(client, job), 60)
            assert heard.result(60) == ["cancelled"]


def cancelled(client: Client, job: str) -> bool:
    """Cancel it, if the service can be reached."""
    with contextlib.suppress(ServiceError):
        return client.cancel(job).state.ended
    return False
