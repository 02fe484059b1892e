"""What planes hold comes back from 16 bits within the error that is stated, and special values exactly."""

from __future__ import annotations

import numpy as np

from collector.video.planes import FORMS

RANDOM = np.random.default_rng(0)


def unit_vectors(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    vectors = RANDOM.normal(size=(*shape, 3))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def test_depth_is_rounded_to_a_256th_of_a_block_and_far_is_nothing() -> None:
    depth = RANDOM.uniform(0, 600, (72, 128)).astype(np.float32)
    depth[0, :2] = np.inf, np.nan
    restored = FORMS["depth"].restore(FORMS["depth"].pack(depth))
    assert np.isinf(restored[0, :2]).all()
    near = depth < 511.9
    assert np.abs(restored[near] - depth[near]).max() <= 1 / 256
    assert np.isinf(restored[depth > 512]).all()


def test_segments_are_what_they_are() -> None:
    ids = RANDOM.integers(0, 65536, (72, 128), dtype=np.uint16)
    assert np.array_equal(FORMS["segment"].restore(FORMS["segment"].pack(ids)), ids)


def test_normals_are_exact_along_axes_and_for_the_sky() -> None:
    axes = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], np.float32)
    exact = np.stack([axes, -axes])
    restored = FORMS["normals"].restore(FORMS["normals"].pack(exact))
    assert restored.dtype == np.float32
    assert np.array_equal(restored, exact)


def test_other_normals_are_rounded() -> None:
    normals = unit_vectors(72, 128)
    restored = FORMS["normals"].restore(FORMS["normals"].pack(normals))
    assert np.abs(restored - normals).max() <= 1.01 / 65534, "but for what float32 itself rounds"


def test_flow_is_rounded_to_a_128th_of_a_pixel_and_says_where_it_is_unknown() -> None:
    flow = RANDOM.uniform(-520, 520, (72, 128, 2)).astype(np.float32)
    flow[0, 0], flow[0, 1, 1] = np.nan, np.nan
    flow[0, 2], flow[0, 3] = 0, (-512, 511.98)
    restored = FORMS["flow"].restore(FORMS["flow"].pack(flow))
    assert restored.dtype == np.float32
    assert np.isnan(restored[0, :2]).all()
    assert np.array_equal(restored[0, 2], [0, 0])
    known = ~np.isnan(restored[..., 0])
    assert np.array_equal(known, ~np.isnan(restored[..., 1]))
    assert np.abs(restored[known] - flow[known]).max() <= 1 / 128
    inside = (np.abs(flow) < 511.9).all(-1)
    assert known[inside].all()
    assert not known[(np.abs(flow) > 512.01).any(-1)].any()
