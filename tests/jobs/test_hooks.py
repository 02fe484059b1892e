"""Webhooks: a message for every change that was asked for, delivered, signed, to a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest

from collector.errors import QuotaExceeded, UnknownWebhook
from collector.jobs import hooks as hooks_module
from collector.jobs.board import PREFIX, Board
from collector.jobs.courier import Courier
from collector.jobs.hooks import ENDED, LOGGED, MOST, WAITS, Hooks
from collector.jobs.models import TaskResult
from collector.settings import Settings
from tests.jobs.conftest import spec, until

Answer = Callable[[], int]


class Receiver:
    """A server that keeps what it gets, and answers with the statuses that it is given, 204 after that."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", f"{receiver.url}/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(10)


@pytest.fixture
def hooks(board: Board) -> Hooks:
    return Hooks(board.client)


@pytest.fixture
def courier(hooks: Hooks, settings: Settings) -> Courier:
    """One that is allowed to call this machine; not started."""
    networks = (ip_network("127.0.0.0/8"),)
    return Courier(hooks, settings.model_copy(update={"webhook_networks": networks}))


def collected(board: Board, owner: str = "me") -> str:
    """A job that is queued, run and done."""
    job = board.create(spec(labels={"project": "x"}), owner)[0].id
    claim = board.claim("w")
    assert claim
    board.finish(claim, TaskResult(episodes=1, frames=40, bytes=1000))
    return job


def test_a_change_is_told_signed(board: Board, hooks: Hooks, courier: Courier, receiver: Receiver) -> None:
    hook, secret = hooks.add("me", f"{receiver.url}/here", ENDED, everyone=False)
    job = collected(board)
    message = hooks.take()
    assert message
    assert hooks.take() is None
    courier.deliver(message)
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert told["type"] == "job.done"
    assert told["data"] == {
        "job": job,
        "state": "done",
        "owner": "me",
        "dataset": "walks",
        "labels": {"project": "x"},
        "planned": 1,
        "episodes": 1,
        "frames": 40,
        "bytes": 1000,
        "failures": 0,
    }
    # As any receiver would check it, from the specification and not with our function.
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 10
    (logged,) = hooks.messages(hook)
    assert (logged.state, logged.status, logged.attempts, logged.id) == ("delivered", 204, 1, message.id)
    assert board.totals()["webhooks_delivered"] == 1


def test_only_what_was_asked_for_is_told(board: Board, hooks: Hooks) -> None:
    mine, _ = hooks.add("me", "https://example.org", frozenset({"job.cancelled"}), everyone=False)
    begun, _ = hooks.add("me", "https://example.org", frozenset({"job.running"}), everyone=False)
    all_of_them, _ = hooks.add("boss", "https://example.org", ENDED, everyone=True)
    both, _ = hooks.add("me", "https://example.org", ENDED, everyone=True)
    collected(board, "me")
    board.cancel(collected_not(board, "me"), "enough")
    collected(board, "you")
    told = {hook.id: [message.kind for message in hooks.messages(hook)] for hook in hooks.of()}
    assert told[mine.id] == ["job.cancelled"]
    assert told[begun.id] == ["job.running"]
    assert told[all_of_them.id] == told[both.id] == ["job.done", "job.cancelled", "job.done"]
    assert {hook.id for hook in hooks.of("me")} == {mine.id, begun.id, both.id}


def collected_not(board: Board, owner: str) -> str:
    return board.create(spec(), owner)[0].id


@pytest.mark.parametrize(("status", "why"), [(500, "answered 500"), (302, "answered 302")])
def test_what_is_not_taken_is_sent_again_later(
    board: Board, hooks: Hooks, courier: Courier, receiver: Receiver, status: int, why: str
) -> None:
    hook, _ = hooks.add("me", receiver.url, ENDED, everyone=False)
    receiver.statuses = [status]
    collected(board)
    for _ in range(2):
        message = hooks.take()
        assert message
        courier.deliver(message)
        due = board.client.zscore(f"{PREFIX}:messages", message.id)
        if due:
            (logged,) = hooks.messages(hook)
            assert (logged.state, logged.status) == ("waiting", status)
            assert why in (logged.reason or "")
            assert due - time.time() == pytest.approx(WAITS[0], abs=1)
            assert hooks.take() is None
            board.client.zadd(f"{PREFIX}:messages", {message.id: 0})
    (first, second) = receiver.got  # and nothing went to where the redirect led
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]
    (logged,) = hooks.messages(hook)
    assert (logged.state, logged.attempts, logged.reason) == ("delivered", 2, None)


def test_a_message_is_given_up_at_last(board: Board, hooks: Hooks, courier: Courier) -> None:
    hook, _ = hooks.add("me", "http://127.0.0.1:9/", ENDED, everyone=False)
    collected(board)
    for _ in range(len(WAITS) + 1):
        message = hooks.take()
        assert message
        courier.deliver(message)
        board.client.zadd(f"{PREFIX}:messages", {message.id: 0}, xx=True)
    assert hooks.take() is None
    (logged,) = hooks.messages(hook)
    assert (logged.state, logged.attempts) == ("failed", len(WAITS) + 1)
    assert "refused" in (logged.reason or "")
    assert sum(WAITS) > 86_400
    assert list(WAITS) == sorted(WAITS)


def test_an_address_that_has_moved_inside_is_not_called(
    board: Board, hooks: Hooks, settings: Settings, receiver: Receiver
) -> None:
    hook, _ = hooks.add("me", receiver.url, ENDED, everyone=False)
    collected(board)
    message = hooks.take()
    assert message
    Courier(hooks, settings).deliver(message)
    assert receiver.got == []
    assert "not public" in (hooks.messages(hook)[0].reason or "")


def test_a_sender_that_dies_loses_nothing(
    board: Board, hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks_module, "LEASE_SECONDS", 0.3)
    hooks.add("me", "https://example.org", ENDED, everyone=False)
    collected(board)
    first = hooks.take()
    assert first
    assert hooks.take() is None
    again = until(hooks.take, 5)
    assert again
    assert (again.id, again.attempts) == (first.id, 2)


def test_everything_arrives_while_the_courier_runs(
    board: Board, hooks: Hooks, courier: Courier, receiver: Receiver
) -> None:
    slow, _ = hooks.add("me", "http://127.0.0.1:9/", ENDED, everyone=False)
    hooks.add("me", receiver.url, ENDED, everyone=False)
    with courier:
        jobs = [collected(board) for _ in range(10)]
        until(lambda: len(receiver.got) == 10, 20)
    assert sorted(json.loads(body)["data"]["job"] for _, body in receiver.got) == sorted(jobs)
    assert {message.state for message in hooks.messages(slow)} == {"waiting"}


def test_a_removed_webhook_is_told_nothing_more(board: Board, hooks: Hooks, courier: Courier) -> None:
    hook, _ = hooks.add("me", "https://example.org", ENDED, everyone=True)
    collected(board)
    taken = hooks.take()
    assert taken
    hooks.remove(hook)
    hooks.delivered(taken, 200)
    collected(board)
    assert hooks.take() is None
    with pytest.raises(UnknownWebhook):
        hooks.get(hook.id)
    left = [key for key in board.client.scan_iter(f"{PREFIX}:*") if "hook" in key or "message:" in key]
    assert left == []


def test_a_log_is_kept_short_and_webhooks_few(board: Board, hooks: Hooks) -> None:
    hook, _ = hooks.add("me", "https://example.org", ENDED, everyone=False)
    for _ in range(LOGGED + 5):
        hooks.ping(hook)
    while message := hooks.take():
        hooks.delivered(message, 200)
    assert len(hooks.messages(hook)) == LOGGED
    for _ in range(MOST - 1):
        hooks.add("me", "https://example.org", ENDED, everyone=False)
    with pytest.raises(QuotaExceeded, match="remove one"):
        hooks.add("me", "https://example.org", ENDED, everyone=False)
