"""The home of a device: the folder of its segments and heads, read to say what of it is damaged."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from store import folder, segment
from store.chain import CLOSED, DIGITS, head_files
from store.device import DeviceCard
from store.errors import DamagedError, StoreError
from store.grant import LARGEST as LARGEST_GRANT
from store.grant import is_whole
from store.head import LARGEST as LARGEST_HEAD
from store.head import NAME as HEAD
from store.head import parse_head
from store.journal import LARGEST, OPEN, Reading, read_head, read_segment, segment_places
from store.keyring import Keyring
from store.lost import changes
from store.roll import Place

_ASIDE: Final = re.compile(r"([0-9]{10})\.damaged")  # a growing segment, by its writer
_NO_HASH: Final = bytes(32)


@dataclass(slots=True)
class Home:
    """What was read, how many segments are `whole`, and the names of closed ones that are not."""

    reading: Reading = field(default_factory=Reading)
    whole: int = 0
    spoilt: list[str] = field(default_factory=list)


def read_home(path: Path, keyring: Keyring, *, ours: bool) -> Home:
    """Read all that a device wrote; its writer may be at work. Raises StoreError (not private).

    Only our own must have a head: a colleague's comes when all that it lists has come.
    """
    before: list[str] = []
    found = _read(path, keyring, ours=ours)
    while found.reading.damaged and before != (before := _names(path)):
        found = _read(path, keyring, ours=ours)
    return found


def _read(path: Path, keyring: Keyring, *, ours: bool) -> Home:
    folder.check(path)
    home, hashes, device = Home(), [_NO_HASH], path.name[:DIGITS]
    places = segment_places(path, home.reading)
    for place in places:
        one = Reading()
        hashes += _hash_of(home.spoilt[-1], place) if home.spoilt else []
        read_segment(place, keyring, hashes, one)
        home.reading.refs += one.refs
        home.reading.claims += one.claims
        for notice in one.notices:
            home.reading.blame(f"{notice}; {changes(len(one.refs))} of it open")
        home.whole += not one.damaged
        if one.damaged and not is_whole_segment(place):
            home.spoilt.append(f"{place.stem}{CLOSED}")
    read_head(path, hashes, home.reading)
    closed = any(each.path.suffix != OPEN for each in places)
    if ours and closed and not os.path.lexists(path / HEAD):
        home.reading.blame(f"head of device {device} is missing")
    for aside in filter(None, map(_ASIDE.fullmatch, _names(path))):
        home.reading.blame(f"segment {aside[1]} of device {device} was set aside as damaged")
    return home


def _hash_of(spoilt: str, following: Place) -> list[bytes]:
    """Return what a damaged segment's hash was, if the segment after it names that one."""
    try:
        header = segment.parse_header(read_place(following))
    except (FileNotFoundError, StoreError):
        return []
    return [header.previous] if f"-{header.previous.hex()[:DIGITS]}{CLOSED}" in spoilt else []


def _names(path: Path) -> list[str]:
    return sorted(each.name for each in path.glob("*"))


def is_whole_segment(place: Place) -> bool:
    """Whether a closed segment is what its name says, and ends with a trailer that says the same.

    A growing one counts as whole: its tail may be torn.
    """
    if place.path.suffix == OPEN:
        return True
    try:
        raw = read_place(place)
        header = segment.parse_header(raw)
    except (FileNotFoundError, StoreError):
        return False
    named = place.stem.endswith(hashlib.sha256(raw).hexdigest()[:DIGITS])
    return named and segment.closing_claim(raw, header) is not None


def read_place(place: Place) -> bytes:
    """Return the bytes of a segment; raise FileNotFoundError, DamagedError."""
    with folder.opened(place.path, LARGEST) as file:
        file.seek(place.start)
        return file.read(place.size or LARGEST)


def damaged_heads(home: Path, card: DeviceCard, vault_id: bytes) -> list[str]:
    """Return the names of a device's heads that are not read, or not signed by it."""
    found = []
    for path in head_files(home):
        try:
            whole = parse_head(folder.read(path, LARGEST_HEAD)).is_signed_by(card.signing, vault_id)
        except (FileNotFoundError, DamagedError):
            whole = False
        found += [] if whole else [path.name]
    return found


def is_whole_grant(path: Path) -> bool:
    """Whether the file of a grant is what its name says; whom it helps is another matter."""
    try:
        return is_whole(path.name, folder.read(path, LARGEST_GRANT))
    except (FileNotFoundError, DamagedError):
        return False
