"""Tables that were pasted: lines with as many cells each, and people in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from models.personal.hit import Candidate, Level
from models.personal.people import is_name

_SEPARATORS: Final = ("\t", "|", ";", ",")
_FEWEST_ROWS: Final = 3  # with the line of headings
_WIDEST_CELL: Final = 60  # characters; prose with commas has longer ones
_RULE: Final = re.compile(r"[\s|:+-]+")  # the line under Markdown's headings
_PEOPLE: Final = re.compile(
    r"\b(?:name|(?:fore|sur|full|first|last|family)_?name|d\.?o\.?b|date of birth|e-?mail|patient"
    r"|employee|worker|student|pupil|member|tenant|client|customer|claimant|child|parent"
    r"|participant|salary|diagnosis)\b|full_name|first_name|last_name",
    re.IGNORECASE,
)


class _Line(NamedTuple):
    start: int
    end: int
    separator: str
    cells: tuple[str, ...]


def tables(text: str) -> Iterator[Candidate]:
    """Yield every pasted table of people in folded text; one of numbers or steps is none."""
    for _, lines in groupby(_lines(text), key=lambda line: (line.separator, len(line.cells))):
        rows = [line for line in lines if not _RULE.fullmatch("|".join(line.cells))]
        if len(rows) >= _FEWEST_ROWS and rows[0].separator and _of_people(rows):
            why = "lines with the same cells, and people in them"
            yield Candidate("table", rows[0].start, rows[-1].end, Level.LIKELY, why)


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _parted(line, start)
        start += len(line) + 1


def _parted(line: str, start: int) -> _Line:
    end = start + len(line)
    for separator in _SEPARATORS:
        cells = tuple(cell.strip() for cell in line.strip("|").split(separator))
        if len(cells) > 1 and max(map(len, cells)) <= _WIDEST_CELL:
            return _Line(start, end, separator, cells)
    return _Line(start, end, "", ())


def _of_people(rows: Sequence[_Line]) -> bool:
    """Whether a heading speaks of people and the cells below it read like names."""
    head, *body = rows
    named = [column for column, cell in enumerate(head.cells) if _PEOPLE.search(cell)]
    columns = [[row.cells[column] for row in body] for column in named]
    return any(_mostly_names(cells) for cells in columns)


def _mostly_names(cells: Sequence[str]) -> bool:
    return sum(map(is_name, cells)) * 3 >= len(cells) * 2
