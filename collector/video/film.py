"""Films a recording: renders every player's view, tick by tick, and encodes it as it is rendered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.dataset import Draft
from collector.errors import PlayerCountError
from collector.recording import Recording
from collector.render import Renderer, View
from collector.video.encode import Encoding, PlaneWriter, VideoWriter

Write = Callable[[NDArray[Any]], None]


def film(
    recording: Recording,
    view: View,
    folder: Path,
    *,
    encoding: Encoding | None = None,
    on_ticks: Callable[[int], None] = lambda _: None,
) -> Draft:
    """Render and encode the views of all players of `recording`.

    Args:
        recording: what was played.
        view: how to look at it; its planes say which videos are made.
        folder: where the files go.
        encoding: how pictures are encoded; the default suits training.
        on_ticks: is called after each tick with the number of ticks done.

    Returns:
        The episode, ready to be checked and published.

    Raises:
        RenderError, EncodeError, StorageFull.
    """
    renderer = Renderer(recording, with_segment(view))
    ids = {name: segment for segment, name in renderer.segments.items()}
    bodies = [ids[f"player:{index}"] for index in range(len(recording.meta.players))]
    described = view.model_dump()
    if "segment" in view.planes:
        described["segments"] = renderer.segments
    draft = Draft(folder, recording, view.width, view.height, view=described, encoding=encoding)
    with ExitStack() as stack:
        writers = [_writers(draft, player, view, stack) for player in range(len(recording.meta.players))]
        for done, frames in enumerate(renderer.frames(), 1):
            for player, (frame, planes) in enumerate(zip(frames, writers, strict=True)):
                draft.note_camera(player, frame.camera.intrinsics, frame.camera.pose)
                draft.note_visible(player, count_pixels(frame.planes["segment"], bodies))
                for plane, write in planes.items():
                    write(frame.planes[plane])
            on_ticks(done)
    # What was drawn in place of something that the renderer has no model of; the quality report counts it.
    draft.view["stand_ins"] = renderer.stand_in_counts()
    return draft


def film_player(
    recording: Recording,
    player: int,
    view: View,
    path: Path,
    *,
    on_ticks: Callable[[int], None] = lambda _: None,
) -> list[Path]:
    """Render and encode one player's view: the first plane of `view` into `path`, the others beside it.

    Returns:
        The files, in the order of the planes.

    Raises:
        PlayerCountError: there is no such player.
        RenderError, EncodeError, StorageFull.
    """
    players = len(recording.meta.players)
    if not 0 <= player < players:
        raise PlayerCountError(
            f"there is no player {player} in {recording.path}; count from 0 to {players - 1}"
        )
    first, *others = view.planes
    paths = {first: path} | {plane: path.with_name(f"{path.stem}.{plane}.mov") for plane in others}
    with ExitStack() as stack:
        videos: dict[str, Any] = {
            plane: stack.enter_context(_video(plane, file, view)) for plane, file in paths.items()
        }
        for done, (frame,) in enumerate(Renderer(recording, view, players=[player]).frames(), 1):
            for plane, video in videos.items():
                video.write(frame.planes[plane])
            on_ticks(done)
    return list(paths.values())


def with_segment(view: View) -> View:
    """The same view with the segment plane, which costs next to nothing: a ray finds it anyway."""
    return view.model_copy(update={"planes": tuple(dict.fromkeys((*view.planes, "segment")))})


def count_pixels(segment: NDArray[np.uint16], ids: list[int]) -> NDArray[np.int32]:
    """How many pixels of a segment plane have each of some ids, int32 [ids]."""
    return np.array([np.count_nonzero(segment == one) for one in ids], np.int32)


def _video(plane: str, path: Path, view: View) -> VideoWriter | PlaneWriter:
    if plane == "rgb":
        return VideoWriter(path, view.width, view.height)
    return PlaneWriter(path, plane, view.width, view.height)


def _writers(draft: Draft, player: int, view: View, stack: ExitStack) -> dict[str, Write]:
    writers: dict[str, Write] = {}
    for plane in view.planes:
        if plane == "rgb":
            writers[plane] = stack.enter_context(draft.video(player)).write
        else:
            writers[plane] = stack.enter_context(draft.plane(player, plane)).write
    return writers
