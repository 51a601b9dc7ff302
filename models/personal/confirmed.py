"""What people have confirmed of the findings of a case: this text, in this place, may stay."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final, NamedTuple

from models.record import text
from models.shelf import Shelf
from models.strictjson import JSON

FAMILY: Final = "confirmed"
KEY_BYTES: Final = 32


class Confirmed(NamedTuple):
    """The keys of a case's marks by the ids of their entries, and the marks under each."""

    keys: tuple[tuple[str, bytes], ...] = ()
    marks: frozenset[tuple[str, str]] = frozenset()

    def covers(self, place: str, kind: str, found: str) -> bool:
        """Whether somebody confirmed that `found`, of that kind, stays in that place."""
        return any((name, mark(key, place, kind, found)) in self.marks for name, key in self.keys)


NOTHING: Final = Confirmed()
"""Where nobody has confirmed anything."""


def mark(key: bytes, place: str, kind: str, found: str) -> str:
    """Return what is recorded of a text in its stead: HMAC-SHA256, hex.

    Not a plain hash: there are few enough National Insurance numbers to try them all.
    """
    said = f"{place}\0{kind}\0{found}"
    return hmac.new(key, said.encode("utf-8", "replace"), sha256).hexdigest()


def confirmed(shelf: Shelf) -> Confirmed:
    """Return what the registers of a case say was confirmed; odd ones are named and count not."""
    rows = shelf.rows(FAMILY, _entry)
    keys = tuple((name, key) for name, key, _ in rows if key)
    return Confirmed(keys, frozenset((name, found) for name, _, found in rows if found))


def _entry(name: str, value: JSON) -> tuple[str, bytes, str] | None:
    """Return a key under its id, or a mark under the id of its key."""
    said = value if isinstance(value, dict) else {}
    key, found = text(said.get("key")), text(said.get("mark"))
    if found:
        return key, b"", found
    return (name, bytes.fromhex(key), "") if re.fullmatch("[0-9a-f]{64}", key) else None
