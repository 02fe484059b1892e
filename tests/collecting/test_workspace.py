from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from collector.collecting.workspace import Workspace
from collector.errors import OutputError, StorageFull, from_os


class Job(BaseModel):
    seed: int


def test_a_new_folder_is_claimed_and_left_clean(tmp_path: Path) -> None:
    with Workspace(tmp_path / "data", Job(seed=1)) as workspace:
        assert workspace.folder.is_dir()
        workspace.finish()
    assert list((tmp_path / "data").iterdir()) == []


def test_the_same_job_takes_up_unfinished_work_and_another_does_not(tmp_path: Path) -> None:
    with Workspace(tmp_path, Job(seed=1)) as workspace:
        (workspace.folder / "half").touch()
    with Workspace(tmp_path, Job(seed=1)) as workspace:
        assert (workspace.folder / "half").exists()
    with pytest.raises(OutputError, match="another job"):
        Workspace(tmp_path, Job(seed=2))


def test_two_processes_do_not_share_a_folder(tmp_path: Path) -> None:
    with Workspace(tmp_path, Job(seed=1)), pytest.raises(OutputError, match="another process"):
        Workspace(tmp_path, Job(seed=1))


def test_a_folder_with_something_else_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        Workspace(tmp_path, Job(seed=1))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write"):
        Workspace(tmp_path / "file" / "data", Job(seed=1))


def test_a_full_disk_is_told_from_other_refusals() -> None:
    assert isinstance(from_os(OSError(28, "No space left on device")), StorageFull)
    assert isinstance(from_os(PermissionError(13, "Permission denied")), OutputError)
