"""Printing: data on stdout, narration on stderr, nothing that could steer the terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from models.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def line(text: str) -> str:
    """Return `text` as one printable line: controls spelled out, line ends as blanks."""
    return visible(text).replace("\n", " ")


def out(text: str = "") -> None:
    """Print one line of data."""
    sys.stdout.write(line(text) + "\n")


def out_json(value: object) -> None:
    """Print one JSON value on one line, ASCII only: nothing in it can steer a terminal."""
    sys.stdout.write(json.dumps(value) + "\n")


def out_pieces(pieces: Iterable[bytes]) -> None:
    """Write a file's bytes, as they come."""
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def narrate(text: str) -> None:
    """Tell the person what happened, on stderr."""
    sys.stderr.write(line(text) + "\n")


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows as lines of aligned columns, the last one ragged."""
    shown = [[line(cell) for cell in row] for row in rows]
    columns = range(len(shown[0]) if shown else 0)
    widths = [max(len(row[column]) for row in shown) for column in columns]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]


def table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns, the last one ragged."""
    for text in aligned(rows):
        sys.stdout.write(text + "\n")


def fields(pairs: Iterable[tuple[str, str]], indent: str = "") -> None:
    """Print `name  value` pairs in two columns, further lines of a value below the first."""
    shown = [(line(name), visible(value).split("\n")) for name, value in pairs]
    width = max((len(name) for name, _ in shown), default=0)
    for name, lines in shown:
        sys.stdout.write(f"{indent}{name.ljust(width)}  {lines[0]}".rstrip() + "\n")
        for more in lines[1:]:
            sys.stdout.write(f"{indent}{'':{width}}  {more}".rstrip() + "\n")
