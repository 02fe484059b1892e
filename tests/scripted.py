"""Datasets of ad-hoc scripts, made by the real stage, renderer, encoder and publisher."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.stage import EPOCH_MS, MINECRAFT, Stage
from bots.world import Kind, World
from collector import dataset
from collector.recording import (
    Header,
    Outcome,
    PlayerMeta,
    Recording,
    RecordingWriter,
    Seeds,
    WorldMeta,
)
from collector.render import View
from collector.video.film import film

ScriptOf = Callable[[Player, Scene], Script[None]]


def record(
    path: Path, script: ScriptOf, *, players: int = 2, world: Kind = "hills", seed: int = 7
) -> Recording:
    """Play `script` as every player and record it at `path`."""
    with Stage(players=players, world=World(kind=world, seed=seed), seed=seed, view_distance=4) as stage:
        ticks = list(stage.play_script(script))
        assert stage.outcome.ok, stage.outcome.reason
        assert stage.opened
        header = Header(
            episode=path.name,
            type="trial",
            parameters={},
            seeds=Seeds(job=seed, world=seed, episode=seed),
            players=tuple(PlayerMeta(name=name) for name in stage.names),
            start_time=EPOCH_MS,
            minecraft=MINECRAFT,
            world=WorldMeta(kind=world, min_y=stage.opened.min_y, height=stage.opened.height),
            versions=stage.opened.versions,
        )
        with RecordingWriter(path, header) as writer:
            for tick in ticks:
                writer.append(tick)
            writer.close(Outcome(ok=True))
    return Recording(path)


def publish(folder: Path, recording: Recording, view: View) -> dataset.Dataset:
    """Film a recording and publish it as the only episode of a dataset in `folder`."""
    draft = film(recording, view, folder / "film")
    assert draft.check().ok, draft.check().reasons
    dataset.publish(folder / "data", [draft], task="trial")
    return dataset.open(folder / "data")
