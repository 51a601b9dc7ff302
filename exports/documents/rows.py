"""Rows as CSV or JSON Lines, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final, Literal

Shape = Literal["csv", "jsonl"]
SHAPES: Final[tuple[Shape, ...]] = ("csv", "jsonl")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def written(columns: Sequence[str], rows: Iterable[Sequence[str]], shape: Shape) -> Iterator[bytes]:
    """Yield a heading (CSV only) and the rows as UTF-8.

    CSV is that of RFC 4180. A cell that a spreadsheet would take for a formula begins with an
    apostrophe there: what an outsider wrote must not run.
    """
    if shape == "jsonl":
        for row in rows:
            told = dict(zip(columns, row, strict=True))
            yield json.dumps(told, ensure_ascii=False).encode() + b"\n"
        return
    yield _line(columns)
    for row in rows:
        yield _line([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])


def _line(cells: Sequence[str]) -> bytes:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()
