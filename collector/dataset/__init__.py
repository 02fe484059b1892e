"""The dataset: shards of whole episodes, a catalog with versions, and the reader of a trainer."""

from collector.dataset.draft import Draft
from collector.dataset.episode import Episode, Place
from collector.dataset.inspect import Summary, inspect
from collector.dataset.loader import Batch, Loader
from collector.dataset.publish import Published, check_split, compact, is_published, publish
from collector.dataset.reader import Clip, Dataset
from collector.dataset.reader import open_dataset as open  # noqa: A004 (read as collector.dataset.open)
from collector.dataset.sample import Card, Sample
from collector.dataset.source import ClipSource
from collector.dataset.split import DEFAULT_RULE, SplitRule
from collector.dataset.verify import Problem, Verification, verify

__all__ = [
    "DEFAULT_RULE",
    "Batch",
    "Card",
    "Clip",
    "ClipSource",
    "Dataset",
    "Draft",
    "Episode",
    "Loader",
    "Place",
    "Problem",
    "Published",
    "Sample",
    "SplitRule",
    "Summary",
    "Verification",
    "check_split",
    "compact",
    "inspect",
    "is_published",
    "open",
    "publish",
    "verify",
]
