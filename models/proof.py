"""The proof of a form: everything wrong with its file, each with the line it stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

from pydantic import ValidationError

from models.library import load_pack, shipped_ids
from models.pack import FIELDS, HINT, PACK_BYTES, Kind, Need, ReportKind, Status, Wording, pack_of
from models.shape import MISSPELLED, Fault, faults
from models.strictjson import JSON
from models.text import visible

Path = tuple[str | int, ...]

_CHOICES = {
    "kind": get_args(Kind),
    "need": get_args(Need),
    "status": get_args(Status),
    "wording": get_args(Wording),
    "options_wording": get_args(Wording),
    "applies": get_args(ReportKind),
}
_NAME = "a small letter first, then small letters, digits and _, 40 at most"
_SPELLINGS = {
    "country": "two capital letters, such as AU",
    "fact": _NAME,
    "id": f"{_NAME}; a form's own has - instead of _",
    "section": _NAME,
}
_AT = re.compile(r"(.*) \(at (?:line ([0-9]+), column [0-9]+|end of document)\)", re.DOTALL)
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_FENCES = ('"""', "'''")


class Objection(NamedTuple):
    """One thing wrong with a form's file: its line from 1, what is wrong, and what to do."""

    line: int
    message: str
    hint: str

    def as_json(self) -> dict[str, JSON]:
        """Return `{"line","message","hint"}`."""
        return {"line": self.line, "message": self.message, "hint": self.hint}


def proof(raw: bytes) -> tuple[Objection, ...]:
    """Return what is wrong with the bytes of a form, in the order of its lines; empty: nothing.

    Never raises. A fault of the whole form (two questions of one id) is told only once each part
    is right.
    """
    if len(raw) > PACK_BYTES:
        return (Objection(1, "form of more than 1 MiB", "a form is a few hundred lines of toml"),)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return (Objection(line, "form is not utf-8", "save the file as utf-8"),)
    try:
        pack = pack_of(tomllib.loads(text), raw)
    except ValidationError as error:  # a ValueError too, so before it
        found = faults(error, "form", known=FIELDS, hint=HINT)
        lines = _lines(text)
        return tuple(sorted(_objection(fault, lines) for fault in found if not _echo(fault, found)))
    except (ValueError, RecursionError) as error:
        return (_not_toml(str(error), text),)
    if pack.id in shipped_ids() and load_pack(pack.id).sha256 != pack.sha256:
        line = _lines(text).get(("id",), 1)
        return (Objection(line, f"{pack.id} comes with breachcase", "give yours another id"),)
    return ()


def _echo(fault: Fault, found: Sequence[Fault]) -> bool:
    """Return whether a list is called short only because an item of it is refused."""
    return any(fault.place == each.place[: len(fault.place)] != each.place for each in found)


def _not_toml(said: str, text: str) -> Objection:
    at = _AT.fullmatch(said)
    if at is None:  # a date that is none, lists within lists without end
        return Objection(1, "form is not toml", visible(said).replace("\n", " "))
    line = int(at[2]) if at[2] else text.count("\n") + 1
    return Objection(line, "form is not toml", visible(at[1]).replace("\n", " "))


def _objection(fault: Fault, lines: dict[Path, int]) -> Objection:
    """Return a fault with its line: that of the nearest part of its path that has one."""
    place = fault.place
    while place and place not in lines:
        place = place[:-1]
    allowed = _allowed(fault) if fault.hint == HINT else ""
    return Objection(lines.get(place, 1), fault.message, allowed or fault.hint)


def _allowed(fault: Fault) -> str:
    names = [step for step in fault.place if isinstance(step, str)]
    last = names[-1] if names else ""
    if last in _CHOICES:
        return f"write one of {', '.join(_CHOICES[last])}"
    return _SPELLINGS.get(last, "") if fault.message.endswith(MISSPELLED) else ""


def _lines(text: str) -> dict[Path, int]:
    """Return where each table and key of a TOML document stands: `("questions", 3, "kind")`.

    For a document that parses. Keys of tables within tables stand with their table.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[str, int] = {}
    for number, line in _outside_strings(text):
        if header := _HEADER.match(line):
            name = header[2]
            found.setdefault((name,), number)
            table = (name,)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
            found[table] = number
        elif key := _KEY.match(line):
            found[*table, key[1]] = number
    return found


def _outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, numbered from 1, that do not begin within a string of several lines."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not fence:
            yield number, line
        for each in _FENCES:
            if fence in {"", each} and line.count(each) % 2:
                fence = "" if fence else each
                break
