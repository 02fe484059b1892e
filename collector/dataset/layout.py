"""Names and columns of a dataset.

    <dataset>/shards/<task>.tar          WebDataset, one sample per episode, all players together
    <dataset>/quarantine/<task>.tar      the same for episodes that a gate refused
    <dataset>/recordings/<episode>.tar   what the pictures were rendered from
    <dataset>/catalog/                   Delta table, a row per episode and player

Members of a sample: `<episode>.json`, and per player `<episode>.p<i>.mp4`, `.p<i>.parquet` and, when they
were rendered, `.p<i>.depth.mov`, `.p<i>.segment.mov`, `.p<i>.normals.mov` and `.p<i>.flow.mov`.
"""

from __future__ import annotations

import re
from typing import Literal

import pyarrow as pa

from collector.errors import UsageError
from collector.video.planes import FORMS

CATALOG = "catalog"
SHARDS = "shards"
QUARANTINE = "quarantine"
RECORDINGS = "recordings"

# Format of the samples; readers refuse others.
SAMPLE_VERSION = 1

Split = Literal["train", "val", "test", "quarantine"]

# A dot would end the key of a WebDataset sample; the length keeps member names inside a plain tar header.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")

PLANES = ("rgb", *FORMS)
EXTENSIONS = {"rgb": "mp4", **{plane: f"{plane}.mov" for plane in FORMS}, "rows": "parquet"}

_MEMBER = [("offset", pa.int64()), ("bytes", pa.int64()), ("sha256", pa.string())]


def _member(name: str) -> list[tuple[str, pa.DataType]]:
    return [(f"{name}_{field}", kind) for field, kind in _MEMBER]


# Offsets count from the start of the shard. Columns of planes that were not rendered are null.
CATALOG_SCHEMA = pa.schema(
    [
        ("episode", pa.string()),
        ("player", pa.int16()),
        ("players", pa.int16()),
        ("name", pa.string()),
        ("type", pa.string()),
        ("split", pa.string()),  # train, val, test or quarantine
        ("split_rule", pa.string()),  # what decided it: a `SplitRule` in words, or `given`
        ("reasons", pa.list_(pa.string())),  # why it is in quarantine
        ("tags", pa.list_(pa.string())),
        ("ticks", pa.int32()),
        ("job_seed", pa.int64()),
        ("world_seed", pa.int64()),
        ("episode_seed", pa.int64()),
        ("world", pa.string()),
        ("minecraft", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("codec", pa.string()),
        ("psnr_mean", pa.float64()),  # dB, decoded against rendered, sampled frames
        ("psnr_min", pa.float64()),
        ("task", pa.string()),
        ("shard", pa.string()),
        ("shard_bytes", pa.int64()),
        ("shard_sha256", pa.string()),
        ("recording", pa.string()),
        ("recording_bytes", pa.int64()),
        ("recording_sha256", pa.string()),
        *_member("card"),  # <episode>.json
        *_member("rgb"),
        *_member("rows"),
        *(column for plane in FORMS for column in _member(plane)),
    ]
)


def check_name(name: str, what: str) -> str:
    """`name`, when it can name a sample or a shard.

    Raises:
        UsageError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name {what}: expected 1 to 80 letters, digits, '-' and '_', "
            "a letter or digit first"
        )
    return name
