"""Distances by networks that a user brings; here small ones with made-up weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collector.errors import UsageError
from collector.evaluation.evaluate import Sets
from collector.evaluation.footage import open_footage
from tests.evaluation.conftest import frozen, generate, unchanged

torch: Any = pytest.importorskip("torch")
pytest.importorskip("torchmetrics")

from collector.evaluation.learned import distances  # noqa: E402 (it needs the extra)

# torch would rather have another format; this is the one in which these networks are passed on.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Pictures(torch.nn.Module):  # type: ignore[misc]
    """Means over a grid of 4 x 4."""

    def forward(self, pictures: Any) -> Any:
        return torch.nn.functional.adaptive_avg_pool2d(pictures.float() / 255, 4).flatten(1)


class Clips(torch.nn.Module):  # type: ignore[misc]
    """Means of how much pictures change from one to the next, over a grid of 4 x 4."""

    def forward(self, clips: Any) -> Any:
        values = clips.float() / 255
        change = torch.abs(values[:, :, 1:] - values[:, :, :-1]).mean(2)
        return torch.nn.functional.adaptive_avg_pool2d(change, 4).flatten(1)


class Distance(torch.nn.Module):  # type: ignore[misc]
    """Mean absolute difference."""

    def forward(self, one: Any, other: Any) -> Any:
        return torch.abs(one - other).mean((1, 2, 3))


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("networks")
    for name, network, shapes in (
        ("fid", Pictures(), [(2, 3, 180, 320)]),
        ("fvd", Clips(), [(1, 3, 16, 180, 320)]),
        ("lpips", Distance(), [(2, 3, 180, 320)] * 2),
    ):
        examples = tuple(torch.zeros(shape) for shape in shapes)
        torch.jit.trace(network, examples).save(str(folder / f"{name}.pt"))
    return {name: folder / f"{name}.pt" for name in ("fid", "fvd", "lpips")}


def test_real_videos_are_nearer_than_those_that_stand_still(
    sets: Sets, networks: dict[str, Path], tmp_path: Path
) -> None:
    sets = sets._replace(questions=[one for one in sets.questions if one.episode == "left"])
    real = distances(sets, open_footage(sets.dataset.url, sets.dataset), networks)
    again = distances(
        sets, open_footage(generate(sets, tmp_path / "a", unchanged, only="left"), sets.dataset), networks
    )
    still = distances(
        sets, open_footage(generate(sets, tmp_path / "b", frozen, only="left"), sets.dataset), networks
    )
    for name in networks:
        assert real[name] == pytest.approx(0, abs=1e-4)
        assert still[name] > 2 * again[name] + 1e-6, name


def test_files_that_are_no_networks(sets: Sets, tmp_path: Path) -> None:
    (tmp_path / "weights.pt").write_text("hello")
    with pytest.raises(UsageError, match="no TorchScript"):
        distances(sets, open_footage(sets.dataset.url, sets.dataset), {"fid": tmp_path / "weights.pt"})
