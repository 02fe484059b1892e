"""The command line as a user meets it: real commands, real faults, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from collector import dataset
from tests.processes import children, in_session, until

COLLECTOR = [sys.executable, "-m", "collector.cli"]
# The shortest type, twice, small: some seconds.
MIX = "straightLineWalk=2"


def run(*arguments: str | Path, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COLLECTOR, *map(str, arguments)], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def collect_arguments(out: Path, **options: Any) -> list[str]:
    asked = {"episodes": MIX, "seed": 7, "size": "64x64", "out": out, **options}
    return ["collect", *(f"--{name}={value}" for name, value in asked.items())]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("cli") / "data"
    done = run(*collect_arguments(out))
    assert done.returncode == 0, done.stderr
    assert "episodes" in done.stdout
    return out


def test_a_collection_is_whole_and_leaves_only_the_dataset(collected: Path) -> None:
    assert sorted(path.name for path in collected.iterdir()) == ["catalog", "recordings", "shards"]
    checked = run("verify", collected, "--json")
    assert checked.returncode == 0
    assert json.loads(checked.stdout)["ok"] is True
    summary = json.loads(run("inspect", collected, "--json").stdout)
    assert summary["total"]["episodes"] == 2
    assert summary["total"]["frames"] == 2 * summary["total"]["ticks"]


def test_the_same_seed_gives_the_same_bytes_and_figures_and_another_does_not(
    collected: Path, tmp_path: Path
) -> None:
    assert run(*collect_arguments(tmp_path / "same")).returncode == 0
    assert run(*collect_arguments(tmp_path / "other", seed=8)).returncode == 0
    for part in ("shards", "recordings"):
        for path in (collected / part).iterdir():
            assert path.read_bytes() == (tmp_path / "same" / part / path.name).read_bytes()
    first, same, other = (
        [episode.columns for episode in dataset.open(path).episodes]
        for path in (collected, tmp_path / "same", tmp_path / "other")
    )
    assert first == same
    hashes = [{row["shard_sha256"] for rows in columns for row in rows} for columns in (first, other)]
    assert not hashes[0] & hashes[1]


def test_views_can_be_rendered_again(collected: Path, tmp_path: Path) -> None:
    recording = next((collected / "recordings").iterdir())
    out = tmp_path / "view.mp4"
    done = run("render", recording, "--player=1", "--size=128x72", "--planes=rgb,depth", f"--out={out}")
    assert done.stdout.split() == [str(out), str(tmp_path / "view.depth.mov")]
    assert all(Path(name).stat().st_size > 1000 for name in done.stdout.split())
    assert run("render", recording, "--player=2", f"--out={out}").returncode == 2


def test_the_page_stands_alone(collected: Path, tmp_path: Path) -> None:
    page = tmp_path / "view.html"
    done = run("view", collected, f"--out={page}")
    assert page.as_uri() in done.stdout
    assert page.stat().st_size > 10_000


def test_the_episode_types_are_told() -> None:
    types = json.loads(run("episodes", "--json").stdout)
    assert {"orbit", "straightLineWalk", "placeAndMine"} <= {kind["name"] for kind in types}
    assert all({"name", "players", "typical_seconds", "parameters"} <= kind.keys() for kind in types)
    assert "orbit" in run("episodes").stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"episodes": "ballet=1"}, "orbit"),
        ({"episodes": "orbit"}, "orbit=2"),
        ({"episodes": "orbit=0"}, "one episode or more"),
        ({"players": 0}, "2 to"),
        ({"players": 1}, "2 to"),
        ({"players": 99}, "2 to"),
        ({"size": "10x10"}, "64x64"),
        ({"size": "big"}, "640x360"),
        ({"size": "101x101"}, "even"),
        ({"planes": "rgb,smell"}, "depth"),
        ({"planes": "depth"}, "rgb"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(tmp_path: Path, options: dict[str, Any], told: str) -> None:
    done = run(*collect_arguments(tmp_path / "data", **options))
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_output_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out, told in (
        (tmp_path, "not empty"),
        (tmp_path / "file", "cannot write"),
        (Path("/proc/x"), "write"),
    ):
        done = run(*collect_arguments(out))
        assert done.returncode == 2
        assert told in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("fault", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", ["playing", "rendering"])
def test_cut_off_in_the_middle_and_taken_up_again(tmp_path: Path, fault: signal.Signals, moment: str) -> None:
    out = tmp_path / "data"
    arguments = collect_arguments(out, size="192x108")  # smaller pictures are drawn before the fault comes
    process = subprocess.Popen([*COLLECTOR, *arguments], stderr=subprocess.PIPE, text=True)
    try:
        sign = (lambda: children(process.pid, "bridge.js")) if moment == "playing" else lambda: films(out)
        assert until(sign, 60)
        hosts = children(process.pid, "collector.playing.host")
        process.send_signal(fault)
        _, told = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode != 0
    assert "Traceback" not in told
    assert until(lambda: not any(in_session(host) for host in hosts), 5)
    assert not (out / "catalog").exists()
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert dataset.verify(out).ok
    assert len(dataset.open(out).episodes) == 2
    assert not (out / ".work").exists()


def test_a_full_disk_is_told_and_half_publishes_nothing(small_disk: Path) -> None:
    done = run(*collect_arguments(small_disk / "data", size="320x180"))
    assert done.returncode == 1
    assert "no space" in done.stderr.replace("\n", " ")
    assert not (small_disk / "data" / "catalog").exists()


def test_damage_of_every_kind_is_found(collected: Path, tmp_path: Path) -> None:
    def damaged(name: str) -> tuple[Path, Path]:
        copy = tmp_path / name
        subprocess.run(["cp", "-r", collected, copy], check=True, timeout=10)
        return copy, next((copy / "shards").iterdir())

    copy, shard = damaged("flipped")
    with shard.open("r+b") as stream:
        stream.seek(20_000)
        byte = stream.read(1)
        stream.seek(20_000)
        stream.write(bytes([byte[0] ^ 1]))
    done = run("verify", copy)
    assert done.returncode == 1
    assert shard.name in done.stdout

    copy, shard = damaged("missing")
    shard.unlink()
    done = run("verify", copy)
    assert done.returncode == 1
    assert shard.name in done.stdout

    copy, _ = damaged("truncated")
    recording = next((copy / "recordings").iterdir())
    os.truncate(recording, recording.stat().st_size // 2)
    assert run("verify", copy).returncode == 1
    done = run("render", recording, f"--out={tmp_path / 'view.mp4'}")
    assert done.returncode == 1
    assert recording.name in done.stderr.replace("\n", "")
    assert not (tmp_path / "view.mp4").exists()


def test_what_is_no_dataset(tmp_path: Path) -> None:
    for command in ("verify", "inspect", "view"):
        done = run(command, tmp_path / "nothing")
        assert done.returncode == 1
        assert "nothing" in done.stderr.replace("\n", "")


def films(out: Path) -> list[Path]:
    time.sleep(0.1)
    return list(out.glob(".work/*/*.film/*"))
