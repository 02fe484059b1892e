"""Sets Warp up for this process; has to run before any kernel is defined."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import warp as wp


def configure() -> None:
    """Quiet, safe to launch from several threads, and with a place for compiled kernels."""
    # Warp greets, tells of each kernel that it loads and of a missing GPU on stdout, where results go.
    wp.config.log_level = wp.LOG_ERROR
    # By default, CPU kernels keep a pointer to their stack in one static variable: two launches at a time
    # pull it from under each other and crash. None leaves that to the machines where it is a register.
    wp.config.enable_tiles_in_stack_memory = None
    if "WARP_CACHE_PATH" not in os.environ and not writable(Path.home()):
        wp.config.kernel_cache_dir = str(Path(tempfile.gettempdir()) / f"warp-kernels-{os.getuid()}")


def writable(folder: Path) -> bool:
    """Whether Warp can keep its cache below a home folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", folder / ".cache"))
    existing = next((path for path in (cache, *cache.parents) if path.is_dir()), Path("/"))
    return os.access(existing, os.W_OK)
