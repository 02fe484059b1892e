import os
import subprocess
import sys

import pytest

from collector.render.runtime import has_driver, without_line

START = "from collector.render.runtime import best_device; print(best_device())"


@pytest.mark.skipif(has_driver(), reason="tells of machines without NVIDIA's driver")
def test_a_machine_without_a_gpu_is_no_matter_for_the_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "cpu\n"
    assert done.stderr == ""


def test_only_the_unwanted_line_is_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    with without_line("noise"):
        os.write(2, b"some noise\nan error\n")
    assert capfd.readouterr().err == "an error\n"
