"""Reads an element of a flat array by its place, with nothing done besides.

Warp's own index counts a negative place from the end and multiplies by a stride that it looks up: three steps
more on the way to every value, in a march that waits for each.
"""

# mypy: ignore-errors
import warp as wp

wp.set_module_options({"enable_backward": False, "fast_math": True})


SMALL = [(kind, int) for kind in (wp.uint8, wp.uint16, wp.int32)]
OTHERS = [(kind, kind) for kind in (wp.uint32, wp.vec2i, wp.vec3i, wp.vec4i, wp.vec3, wp.float32)]

for kind, value in SMALL + OTHERS:  # each definition is one more overload

    @wp.func_native("assert(place >= 0 && place < cells.shape[0]); return cells.data[place];")
    def at(cells: wp.array(dtype=kind), place: int) -> value:
        """The element at a place."""
