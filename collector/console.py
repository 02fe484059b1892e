"""What commands print: results to stdout, for a person or for a machine; all else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

console = Console()
errors = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of a table.")]


def show(report: BaseModel, as_json: bool) -> None:
    """Print a report."""
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_pairs(report.model_dump(mode="json"))


def print_json(value: Any) -> None:
    """Print JSON."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Print names and values, nested ones flat."""
    table = Table(show_header=False, box=None)
    for name, value in flatten(pairs):
        table.add_row(name.replace("_", " "), str(value))
    console.print(table)


def print_line(text: str) -> None:
    """Print a line that is never wrapped, so that paths stay whole."""
    console.print(text, highlight=False, soft_wrap=True)


def flatten(pairs: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """{"a": {"b": 1}} → [("a b", 1)]."""
    flat: list[tuple[str, Any]] = []
    for name, value in pairs.items():
        if isinstance(value, Mapping):
            flat += flatten(value, f"{prefix}{name} ")
        else:
            flat.append((prefix + name, value))
    return flat


def megabytes(count: int) -> str:
    """A count of bytes for people."""
    return f"{count / 1e6:.1f} MB"
