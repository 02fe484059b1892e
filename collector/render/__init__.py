"""The renderer: pictures, depth and segmentation of a recording, by a voxel ray caster."""

import warp

# Warp greets, tells of each kernel that it loads and of a missing GPU on stdout, where results go.
warp.config.log_level = warp.LOG_ERROR

from collector.render.camera import Camera  # noqa: E402 (Warp has to be told first)
from collector.render.renderer import Frame, Renderer  # noqa: E402
from collector.render.view import View, parse_size  # noqa: E402

__all__ = ["Camera", "Frame", "Renderer", "View", "parse_size"]
