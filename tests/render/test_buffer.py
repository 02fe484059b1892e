import numpy as np
import warp as wp

from collector.render.buffer import Buffer
from collector.render.kernel.structs import Shadow, records


def test_a_buffer_holds_the_last_rows_and_grows() -> None:
    buffer = Buffer(wp.vec4i, "cpu")
    for count in (0, 1, 7, 3, 40):
        rows = np.random.default_rng(count).integers(0, 99, (count, 4), np.int32)
        array = buffer.fill(rows)
        assert len(array) >= max(count, 1)
        np.testing.assert_array_equal(array.numpy()[:count], rows)


def test_a_buffer_takes_records() -> None:
    shadows = records(Shadow, 5)
    shadows["radius"] = np.arange(5)
    assert Buffer(Shadow, "cpu").fill(shadows).numpy()["radius"][:5].tolist() == [0, 1, 2, 3, 4]
