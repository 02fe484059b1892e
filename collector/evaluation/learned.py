"""Distances that networks measure: FID, FVD and LPIPS, with weights that the user has.

A network is a TorchScript file, as these are commonly passed on:

- `fid`: pictures uint8 [N, 3, H, W] → features [N, D]; such as the Inception that StyleGAN publishes.
- `fvd`: clips uint8 [N, 3, T, H, W] → features [N, D]; such as the I3D that StyleGAN-V publishes.
- `lpips`: two stacks of pictures, float32 [N, 3, H, W] in -1 … 1 → distances [N]; as `lpips.LPIPS`, traced.

FID and FVD are the Fréchet distance between Gaussians fitted to the features of real and generated pictures
(Heusel et al. 2017; Unterthiner et al. 2018), computed by torchmetrics, for each player apart and then
averaged, as Solaris does. They are the extra `learned`: `pip install collector[learned]`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.dataset import Episode
from collector.errors import UsageError
from collector.evaluation.evaluate import Sets
from collector.evaluation.footage import DatasetFootage, Footage, Picture

# Solaris leaves the first frame out, which is given to the model, and takes all 256 that follow.
FRAMES = slice(1, 257)
CLIP = 16
BATCH = 16

Stack = NDArray[np.uint8]
# What is measured of an episode's player: yields stacks (real, generated).
Pairs = Iterator[tuple[Stack, Stack]]


def distances(
    sets: Sets, footage: Footage, networks: Mapping[str, Path], *, every: int = 8
) -> dict[str, float]:
    """The distances between real and generated videos, by name of the measure.

    Args:
        sets: whose episodes are compared.
        footage: the generated videos.
        networks: TorchScript files of `fid`, `fvd`, `lpips`.
        every: pictures are taken so many frames apart; clips are taken whole.

    Raises:
        UsageError: the extra is not installed, or a file is no such network.
    """
    torch = _torch()
    shown = [
        one
        for one in sets.dataset.episodes
        if footage.has(one) and any(question.episode == one.name for question in sets.questions)
    ]
    found = {}
    for name, path in networks.items():
        network = _load(torch, path)
        measure = _lpips if name == "lpips" else _frechet
        length, step = (CLIP, 1) if name == "fvd" else (BATCH, every)
        players = range(max(len(one.players) for one in shown))
        try:
            values = [
                measure(torch, network, _pairs(sets, footage, shown, player, length, step), name)
                for player in players
            ]
        except RuntimeError as error:
            raise UsageError(f"{path} cannot be used for {name}: {error}") from error
        found[name] = float(np.mean(values))
    return found


def _pairs(
    sets: Sets, footage: Footage, episodes: Sequence[Episode], player: int, length: int, step: int
) -> Pairs:
    """Real and generated pictures of one player in all episodes."""
    starts = {one.episode: one.start for one in sets.questions}
    for episode in episodes:
        if player < len(episode.players):
            yield from _stacks(sets, footage, episode, player, starts[episode.name], length, step)


def _stacks(
    sets: Sets, footage: Footage, episode: Episode, player: int, start: int, length: int, step: int
) -> Pairs:
    """Real and generated pictures of a player, `length` of them at a time, `step` frames apart."""
    shown = itertools.islice(footage.frames(episode, player, start), FRAMES.start, FRAMES.stop, step)
    first = next(shown, None)
    if first is None:
        return
    height, width = first.shape[:2]
    real = DatasetFootage(sets.dataset, (height, width)).frames(episode, player, start)
    truth = itertools.islice(real, FRAMES.start, FRAMES.stop, step)
    both = zip(truth, itertools.chain([first], shown), strict=False)
    while (
        len(some := [(np.array(one), np.array(other)) for one, other in itertools.islice(both, length)]) > 1
    ):
        yield _stack([one for one, _ in some]), _stack([other for _, other in some])


def _stack(pictures: list[Picture]) -> Stack:
    """uint8 [N, 3, H, W]."""
    return np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2))


def _frechet(torch: Any, network: Any, pairs: Pairs, name: str) -> float:
    """The Fréchet distance between the features of real and generated pictures, or clips."""
    from torchmetrics.image.fid import FrechetInceptionDistance  # noqa: PLC0415 (brings torch along)

    metric = None
    for pair in pairs:
        for real, stack in zip((True, False), pair, strict=True):
            # A clip is one sample: [1, 3, T, H, W].
            samples = torch.from_numpy(stack if name == "fid" else stack.transpose(1, 0, 2, 3)[None].copy())
            with torch.no_grad():
                features = network(samples).reshape(len(samples), -1)
            if metric is None:
                identity = torch.nn.Identity()
                identity.num_features = features.shape[1]
                metric = FrechetInceptionDistance(feature=identity)
            metric.update(features, real=real)
    if metric is None:
        raise UsageError(f"there are too few frames for {name}")
    return float(metric.compute())


def _lpips(torch: Any, network: Any, pairs: Pairs, name: str) -> float:  # noqa: ARG001
    """The mean distance between real and generated pictures."""
    values: list[float] = []
    for real, generated in pairs:
        with torch.no_grad():
            one, other = (torch.from_numpy(stack).float() / 127.5 - 1 for stack in (real, generated))
            values += network(one, other).flatten().tolist()
    return float(np.mean(values))


def _load(torch: Any, path: Path) -> Any:
    try:
        return torch.jit.load(str(path), map_location="cpu").eval()
    except (RuntimeError, ValueError, OSError) as error:
        raise UsageError(f"{path} is no TorchScript file: {error}") from error


def _torch() -> Any:
    import importlib  # noqa: PLC0415

    try:
        importlib.import_module("torchmetrics")
        return importlib.import_module("torch")
    except ImportError as error:
        raise UsageError(f"{error.name} is not installed: pip install 'collector[learned]'") from error
