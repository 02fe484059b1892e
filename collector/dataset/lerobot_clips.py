"""Times LeRobot's own reader. Runs on its own, under any Python that has the package `lerobot`.

    python -P lerobot_clips.py < request.json

Request: `root` of an export, `clips` as [first row of the episode, first tick], `length`, `players`, `top`
and `height` of the rows of pixels that are wanted, `repeats`. Answer: seconds of process time per clip, one
for each repetition.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    """Read the request, print the answer."""
    import torch  # noqa: PLC0415 (only where LeRobot is)
    from lerobot.datasets.lerobot_dataset import LeRobotDataset  # noqa: PLC0415

    request = json.load(sys.stdin)
    torch.set_num_threads(1)
    cameras = [f"observation.images.p{player}" for player in range(request["players"])]
    times = [tick / 20 for tick in range(request["length"])]
    wanted = dict.fromkeys((*cameras, "action"), times)
    dataset = LeRobotDataset("local/bench", root=request["root"], delta_timestamps=wanted, **_backend())
    seconds = []
    for _ in range(request["repeats"]):
        begin = time.process_time()
        for first, start in request["clips"]:
            _read(dataset, first + start, cameras, request)
        seconds.append((time.process_time() - begin) / len(request["clips"]))
    json.dump(seconds, sys.stdout)


def _backend() -> dict[str, str]:
    """Its faster decoder, where the libraries of ffmpeg that it needs are installed."""
    try:
        import torchcodec.decoders  # noqa: F401, PLC0415
    except (ImportError, RuntimeError):
        return {"video_backend": "pyav"}
    return {"video_backend": "torchcodec"}


def _read(dataset: Any, index: int, cameras: list[str], request: dict[str, Any]) -> None:
    row = dataset[index]
    rows = slice(request["top"], request["top"] + request["height"])
    shapes = [tuple(row[camera][:, :, rows].shape) for camera in cameras]
    if any(shape[:1] + shape[2:3] != (request["length"], request["height"]) for shape in shapes):
        raise SystemExit(f"LeRobot gave pictures of {shapes}")
    if len(row["action"]) != request["length"]:
        raise SystemExit(f"LeRobot gave {len(row['action'])} actions")


if __name__ == "__main__":
    main()
