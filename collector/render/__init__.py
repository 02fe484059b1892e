"""The renderer: pictures, depth and segmentation of a recording, by a voxel ray caster."""

from collector.render.runtime import configure

configure()

from collector.render.camera import Camera  # noqa: E402 (Warp has to be configured first)
from collector.render.renderer import Frame, Renderer  # noqa: E402
from collector.video.view import View, parse_size  # noqa: E402

__all__ = ["Camera", "Frame", "Renderer", "View", "parse_size"]
