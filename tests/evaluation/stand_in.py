"""A stand-in for a vision-language model: a server that answers from the pixels it is sent, by stated rules.

It speaks both protocols that judges speak (OpenAI's chat completions and Gemini's generateContent), so that
all between the questions and the answers is tested as it is used. Its rules know flat worlds by day:

- What is neither sky (blue over red, or white) nor grass (green over red and blue) nor the HUD is a thing;
  grey things are stone, others are players. Things are told apart by gaps between their columns.
- A player nearer to the middle than a fifth of half the width is in the center. Distance follows from how
  far below the horizon, which is the middle, the feet are: eyes are 1.62 blocks high. Who is seen no more
  went farther.
- A structure is stone of more than a block's size six blocks away that neither touches a player, who may hold
  it, nor the edge of the picture; its shape is that of the box around it.
- Two pictures show the same scenery when one resembles the other, or one beside it.

Run it by hand: `python -m tests.evaluation.stand_in 8123`, then
`collector evaluate score … --judge stand-in --endpoint http://127.0.0.1:8123/v1`.
"""

from __future__ import annotations

import base64
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 640, 360
FOCAL = HEIGHT / 2 / np.tan(np.radians(70) / 2)
EYES = 1.62
MIDDLE = 0.2
# Rows that are looked at: sky above and HUD below have no players.
TOP, BOTTOM = 60, 254
# The crosshair, in the middle.
CROSS = 14
SMALLEST_THING = 40  # pixels
# Rows; where sky and grass meet, colours mix.
LOWEST_THING = 8
GAP = 4
# Rows and pixels of a player who is nearer than what he builds.
NEAR_ROWS, NEAR_PIXELS = 100, 1500
# Columns between a player and the block in his hand.
REACH = 16
# Of rendered pairs of the same scenery the least was 0.51, of others the most 0.45.
ALIKE = 0.48

Pixels = NDArray[np.int16]


class Thing(NamedTuple):
    """Box around a thing in pixels, and how many of its pixels are its own."""

    left: int
    right: int
    top: int
    bottom: int
    pixels: int

    @property
    def aside(self) -> float:
        """-1 … 1, + = right."""
        return (self.left + self.right) / WIDTH - 1

    @property
    def blocks_away(self) -> float:
        """By where its feet are."""
        return float(EYES * FOCAL / max(1.0, self.bottom - HEIGHT / 2))


class StandIn:
    """The model: counts what it is asked, and can be told to fail first."""

    def __init__(self) -> None:
        self.asked = 0
        self.failures: list[int] = []  # HTTP statuses of the next answers

    def answer(self, text: str, pictures: list[Pixels]) -> str:
        """One of the words that are offered."""
        self.asked += 1
        if self.failures:
            raise HTTPException(self.failures.pop(0), "told to fail", {"retry-after": "0"})
        for words, rule in RULES.items():
            if words in text:
                return rule(*pictures)
        raise HTTPException(400, f"there is no rule for {text!r}")


def odd(picture: Pixels) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pixels belong to players, and which are stone."""
    red, green, blue = (picture[..., channel] for channel in range(3))
    sky = (blue > red + 15) & (blue >= green) & (blue > 150) | (picture.min(-1) > 185)
    grass = (green > red) & (green > blue + 15) & (red > blue)
    grey = (np.ptp(picture, axis=-1) < 14) & (picture.max(-1) > 55)
    other = ~sky & ~grass
    looked = np.zeros(other.shape, bool)
    looked[TOP:BOTTOM] = True
    looked[HEIGHT // 2 - CROSS : HEIGHT // 2 + CROSS, WIDTH // 2 - CROSS : WIDTH // 2 + CROSS] = False
    return other & looked & ~grey, other & looked & grey


def things(mask: NDArray[np.bool_], smallest: int = SMALLEST_THING) -> list[Thing]:
    """Runs of columns in which there is something."""
    columns = np.flatnonzero(mask.sum(0) >= 3)
    found = []
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > GAP) + 1):
        if len(run):
            part = mask[:, run[0] : run[-1] + 1]
            rows = np.flatnonzero(part.any(1))
            thing = Thing(int(run[0]), int(run[-1]) + 1, int(rows[0]), int(rows[-1]) + 1, int(part.sum()))
            if thing.pixels >= smallest and thing.bottom - thing.top >= LOWEST_THING:
                found.append(thing)
    return found


def players(picture: Pixels) -> list[Thing]:
    """Those who are seen; a structure of stone is none."""
    return things(odd(picture)[0])


def stone(picture: Pixels) -> Thing | None:
    """The structure that is seen."""
    block = (FOCAL / 6) ** 2
    people = [
        one for one in players(picture) if one.bottom - one.top > NEAR_ROWS and one.pixels > NEAR_PIXELS
    ]
    found = [
        one
        for one in things(odd(picture)[1], smallest=int(block))
        if one.left > 0
        and one.right < WIDTH
        and not any(one.left < who.right + REACH and who.left < one.right + REACH for who in people)
    ]
    return max(found, key=lambda thing: thing.pixels, default=None)


def where(picture: Pixels) -> str:
    """Where the largest player is."""
    found = max(players(picture), key=lambda thing: thing.pixels, default=None)
    if found is None:
        return "no player"
    if abs(found.aside) < MIDDLE:
        return "center"
    return "right" if found.aside > 0 else "left"


def motion(before: Pixels, after: Pixels) -> str:
    """How the player moved, by the larger of the two ways in blocks."""
    seen = [max(players(one), key=lambda thing: thing.pixels, default=None) for one in (before, after)]
    first, second = seen
    if first is None:
        return "no motion"
    if second is None:
        return "farther"
    nearer = first.blocks_away - second.blocks_away
    aside = (second.aside - first.aside) * WIDTH / 2 / FOCAL * second.blocks_away
    if abs(nearer) > abs(aside):
        return "closer" if nearer > 0 else "farther"
    return "right" if aside > 0 else "left"


def shape(picture: Pixels) -> str:
    """Blocks of stone, wide and high, by the box around them, six blocks away."""
    found = stone(picture)
    if found is None:
        return "none"
    block = FOCAL / 6
    wide, high = (found.right - found.left) / block, (found.bottom - found.top) / block
    sizes = {"1x1": (1, 1), "1x2": (1, 2), "2x2": (2, 2), "4x1": (4, 1)}
    return min(
        sizes, key=lambda name: abs(np.log(wide / sizes[name][0])) + abs(np.log(high / sizes[name][1]))
    )


def alike(one: Pixels, other: Pixels) -> bool:
    """Whether two pictures resemble each other, coarsely, moved sideways or not.

    Every row counts from its own mean: that the sky is above the ground is so in all pictures.
    """
    small = [Image.fromarray(p.astype(np.uint8)).resize((64, 36)) for p in (one, other)]
    first, second = (np.asarray(p, float)[:26] for p in small)
    best = -1.0
    for shift in range(-20, 21, 2):
        left = first[:, max(0, shift) : 64 + min(0, shift)]
        right = second[:, max(0, -shift) : 64 + min(0, -shift)]
        left, right = (part - part.mean(axis=1, keepdims=True) for part in (left, right))
        norm = float(np.sqrt((left**2).sum() * (right**2).sum())) + 1e-9
        best = max(best, float((left * right).sum()) / norm)
    return best > ALIKE


def mutual(first: Pixels, second: Pixels) -> str:
    """In which of two pictures there is a player."""
    words = {(True, True): "both", (True, False): "first", (False, True): "second"}
    return words.get((bool(players(first)), bool(players(second))), "neither")


def far_apart(*pictures: Pixels) -> str:
    """How far two players are from each other, by where their feet are in both pictures."""
    seen = [max(players(one), key=lambda thing: thing.pixels, default=None) for one in pictures]
    blocks = np.mean([one.blocks_away for one in seen if one] or [np.inf])
    return "near" if blocks < 8 else "far" if blocks > 15 else "medium"


# By words of the question.
RULES: dict[str, Callable[..., str]] = {
    "same scenery": lambda *two: "yes" if alike(*two) else "no",
    "wide and high": shape,
    "structure": lambda one: "yes" if stone(one) else "no",
    "move closer": motion,
    "In which of them": mutual,
    "How far are they": far_apart,
    "How many other players": lambda one: str(len(players(one))),
    "Where on the screen": where,
    "Is another player visible": lambda one: "yes" if players(one) else "no",
}


def app_of(model: StandIn) -> FastAPI:
    """The server of a stand-in."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> dict[str, Any]:
        said = await request.json()
        parts = said["messages"][-1]["content"]
        text = " ".join(part["text"] for part in parts if part["type"] == "text")
        encoded = [part["image_url"]["url"].split(",")[1] for part in parts if part["type"] == "image_url"]
        words = model.answer(text, [pixels(one) for one in encoded])
        return {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": said["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": words}}
            ],
            "usage": {
                "prompt_tokens": 100 * len(encoded),
                "completion_tokens": 2,
                "total_tokens": 100 * len(encoded) + 2,
            },
        }

    @app.post("/{version}/models/{name}:generateContent")
    async def generate(version: str, name: str, request: Request) -> dict[str, Any]:
        parts = (await request.json())["contents"][-1]["parts"]
        text = " ".join(part["text"] for part in parts if "text" in part)
        encoded = [part["inlineData"]["data"] for part in parts if "inlineData" in part]
        words = model.answer(text, [pixels(one) for one in encoded])
        return {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": words}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {"promptTokenCount": 100 * len(encoded), "candidatesTokenCount": 2},
        }

    return app


def pixels(encoded: str) -> Pixels:
    """int16 [HEIGHT, WIDTH, 3] of a PNG in base64."""
    image = Image.open(io.BytesIO(base64.b64decode(encoded.replace("-", "+").replace("_", "/"))))
    return np.asarray(image.convert("RGB").resize((WIDTH, HEIGHT)), np.int16)


@contextmanager
def served(model: StandIn) -> Iterator[str]:
    """The URL of a server that runs as long as the context."""
    server = uvicorn.Server(uvicorn.Config(app_of(model), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not (server.started and server.servers):
        if time.monotonic() > deadline:
            raise TimeoutError("the stand-in has not started")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    uvicorn.run(app_of(StandIn()), port=int(sys.argv[1]), log_level="warning")
