"""Sets Warp up for this process; has to run before any kernel is defined."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import warp as wp

NO_DRIVER = "Could not find or load the NVIDIA CUDA driver"


def configure() -> None:
    """Quiet, safe to launch from several threads, and with a place for compiled kernels."""
    # Warp greets, tells of each kernel that it loads and of a missing GPU on stdout, where results go.
    wp.config.log_level = wp.LOG_ERROR
    # By default, CPU kernels keep a pointer to their stack in one static variable: two launches at a time
    # pull it from under each other and crash. None leaves that to the machines where it is a register.
    wp.config.enable_tiles_in_stack_memory = None
    if "WARP_CACHE_PATH" not in os.environ and not writable(Path.home()):
        wp.config.kernel_cache_dir = str(Path(tempfile.gettempdir()) / f"warp-kernels-{os.getuid()}")


@cache
def best_device() -> str:
    """The device to render on: CUDA where there is one, else the CPU. Starts Warp, once in a process."""
    if has_driver():
        wp.init()
    else:
        with without_line(NO_DRIVER):
            wp.init()
    return "cuda:0" if wp.is_cuda_available() else "cpu"


def has_driver() -> bool:
    """Whether NVIDIA's driver is installed."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


@contextmanager
def without_line(unwanted: str) -> Iterator[None]:
    """Leave out of the standard error what native code prints with `unwanted` in it.

    Warp's library tells of a missing driver from C, where no setting of Warp's reaches; on a machine without
    a GPU the line says nothing that a user could act on.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            lines = [
                line for line in caught.read().splitlines(keepends=True) if unwanted.encode() not in line
            ]
            os.write(2, b"".join(lines))


def writable(folder: Path) -> bool:
    """Whether Warp can keep its cache below a home folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", folder / ".cache"))
    existing = next((path for path in (cache, *cache.parents) if path.is_dir()), Path("/"))
    return os.access(existing, os.W_OK)
