"""The renderer: pictures, depth and segmentation of a recording, by a voxel ray caster."""

from collector.render.camera import Camera
from collector.render.renderer import Frame, Renderer
from collector.render.view import View, parse_size

__all__ = ["Camera", "Frame", "Renderer", "View", "parse_size"]
