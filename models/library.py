"""The forms there are: those that come with this version, and one's own beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from models import own
from models.errors import MissingError, ShapeError
from models.pack import Pack, parse_pack


class Refused(NamedTuple):
    """A file of one's own that is no form here: its name, and why."""

    file: str
    why: str


class _Own(NamedTuple):
    packs: Mapping[str, tuple[str, Pack]]  # by id: the file's name, and the form
    refused: tuple[Refused, ...]


@cache
def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the forms that come with this version, sorted."""
    names = [entry.name for entry in (files("models") / "forms").iterdir()]
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def pack_ids() -> tuple[str, ...]:
    """Return the ids of all forms that can be filled here, sorted."""
    return tuple(sorted({*shipped_ids(), *_own(own.source()).packs}))


def load_pack(form_id: str) -> Pack:
    """Return the pack of that id; MissingError names the ids there are."""
    if form_id in shipped_ids():  # and so a name from outside never becomes a path
        return _shipped(form_id)
    mine = _own(own.source())
    if form_id in mine.packs:
        return mine.packs[form_id][1]
    why = "; breachcase form ls says which files were refused" if mine.refused else ""
    raise MissingError("no form of that name", hint=f"forms: {', '.join(pack_ids())}{why}")


def origin(form_id: str) -> str:
    """Return the name of the file that a form of one's own is from, empty for one of ours."""
    name, _ = _own(own.source()).packs.get(form_id, ("", None))
    return name


def refused() -> tuple[Refused, ...]:
    """Return the files of one's own that are no forms here, in the order they were read."""
    return _own(own.source()).refused


@cache
def _shipped(form_id: str) -> Pack:
    return parse_pack((files("models") / "forms" / f"{form_id}.toml").read_bytes())


@lru_cache(maxsize=1)
def _own(source: own.Source) -> _Own:
    packs: dict[str, tuple[str, Pack]] = {}
    refused: list[Refused] = []
    for name, raw in source():
        try:
            pack = parse_pack(_read(raw))
            _free(pack.id, packs)
        except ShapeError as error:
            refused.append(Refused(name, error.message))
        else:
            packs[pack.id] = (name, pack)
    return _Own(packs, tuple(refused))


def _read(raw: bytes | None) -> bytes:
    if raw is None:
        raise ShapeError("the file cannot be read")
    return raw


def _free(form_id: str, packs: Mapping[str, tuple[str, Pack]]) -> None:
    # Never two forms of one id: a case would be read by another form than it was written by.
    if form_id in shipped_ids():
        raise ShapeError(f"{form_id} comes with breachcase: give yours another id")
    if form_id in packs:
        raise ShapeError(f"{form_id} is the id of {packs[form_id][0]} too: give one another id")
