"""The address book: what the vault log keeps of each office we know, and whose a key is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from models.strictjson import JSON
from store import sshsig
from store.fold import CaseState

Standing = Literal["unknown", "current", "pending", "former", "revoked"]
"""What a signing key is to us: of a contact's card on file, of one that waits to be compared, of
one that was replaced, or revoked by its own office."""
Entry = Mapping[str, tuple[JSON, ...]]
"""The live values of a contact's registers, by what follows `contact/<id>/` in their names."""

_FIELD: Final = re.compile(r"contact/([0-9a-f]{32})/(.+)")
# a revoked key stays so wherever else it stands; source: docs/format-bundle.md, "Contacts"
_STANDINGS: Final[tuple[tuple[str, Standing], ...]] = (
    ("revoked", "revoked"),
    ("former", "former"),
    ("card", "current"),
    ("pending", "pending"),
    ("adopted", "unknown"),
)
_ID_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a signing key is: the id of the contact that it belongs to, or would."""

    ident: str
    standing: Standing


def contact_id(signing: bytes) -> str:
    """Return the id of the contact whose first signing key this is."""
    return sha256(b"breachcase-contact-1\0" + signing).hexdigest()[:_ID_SIZE]


def entries(state: CaseState) -> dict[str, dict[str, tuple[JSON, ...]]]:
    """Return what the vault log keeps of each contact, by id; a conflict keeps all its values."""
    found: dict[str, dict[str, tuple[JSON, ...]]] = {}
    for ident, part, values in _registers(state):
        found.setdefault(ident, {})[part] = values
    return found


def entry(state: CaseState, ident: str) -> Entry:
    """Return what the vault log keeps of one contact."""
    return {part: values for each, part, values in _registers(state) if each == ident}


def place_of_key(state: CaseState, signing: bytes) -> Place:
    """Return whose a signing key (32 bytes) is.

    Compares texts: nothing is verified once more, so it is quick among thousands of contacts.
    """
    key = f" {sshsig.public_line(signing)} "
    found: dict[str, str] = {}
    for ident, part, values in _registers(state):
        if any(key in line_of(value) for value in values):
            found.setdefault(part.partition("/")[0], ident)
    for family, standing in _STANDINGS:
        if family in found:
            return Place(found[family], standing)
    return Place(contact_id(signing), "unknown")


def line_of(value: JSON) -> str:
    """Return the card line in the value of a register, empty where there is none."""
    match value:
        case str(line) | {"card": str(line)}:
            return line
        case _:
            return ""


def family(kept: Entry, name: str) -> dict[str, JSON]:
    """Return the registers `<name>/<key>` of a contact by key, the first value of each."""
    return {
        part.removeprefix(f"{name}/"): values[0]
        for part, values in kept.items()
        if part.startswith(f"{name}/")
    }


def _registers(state: CaseState) -> Iterator[tuple[str, str, tuple[JSON, ...]]]:
    for field, register in state.fields.items():
        named = _FIELD.fullmatch(field)
        values = tuple(each.value for each in register.values if not each.deleted)
        if named and values:
            yield named[1], named[2], values
