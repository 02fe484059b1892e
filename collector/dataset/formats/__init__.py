"""Other forms of the same data: one entry for each format, to export to it, to import from it, or both.

WebDataset is missing here because a dataset's shards already are WebDataset.
"""

from collector.dataset.formats.base import Format
from collector.dataset.formats.registry import Exported, Imported, export, formats, import_folder

__all__ = ["Exported", "Format", "Imported", "export", "formats", "import_folder"]
