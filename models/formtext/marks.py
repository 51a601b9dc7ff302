"""Boxes and their marks: ticked, not ticked, or not to be told."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TICKED: Final = "\u2611\u2612\u2713\u2714\u2717\u2718\u2705\u25c9\u25cf"
_EMPTY: Final = "\u2610\u25a1\u25cb\u25ef"
_MARK: Final = re.compile(
    rf"^\s*(?:(?P<ticked>[{_TICKED}]|\[\s*[xX]\s*\]|\(\s*[xX]\s*\))"
    rf"|(?P<empty>[{_EMPTY}]|\[\s*\]|\(\s*\))"
    r"|(?P<odd>[^\w\s(\[\"'])+)?\s*(?P<label>.*?)\s*$"
)


class Box(NamedTuple):
    """A line with a label; `ticked` is None where its mark is missing or says neither."""

    ticked: bool | None
    label: str


def box(line: str) -> Box:
    """Return what a line says as a box.

    A filled square beside empty squares may be a bullet or a tick: it is neither here.
    """
    found = _MARK.match(line)
    if found is None:  # pragma: no cover - the pattern takes every line
        return Box(None, line.strip())
    if found["ticked"]:
        return Box(True, found["label"])  # noqa: FBT003 - the one field that is either
    return Box(False if found["empty"] else None, found["label"])
