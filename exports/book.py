"""The address book: what the vault log keeps of each office we know, and whose a key is."""

from __future__ import annotations

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

FIELD: Final = "contact/"
# a revoked key stays so wherever else it stands; source: docs/format-bundle.md, "Contacts"
_STANDINGS: Final[dict[str, Standing]] = {
    "revoked": "revoked",
    "former": "former",
    "card": "current",
    "pending": "pending",
    "adopted": "unknown",
}
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
    for field, values in _registers(state, FIELD):
        ident, _, part = field.removeprefix(FIELD).partition("/")
        found.setdefault(ident, {})[part] = values
    return found


def entry(state: CaseState, ident: str) -> Entry:
    """Return what the vault log keeps of one contact."""
    stem = f"{FIELD}{ident}/"
    return {field.removeprefix(stem): values for field, values in _registers(state, stem)}


def place_of_key(state: CaseState, signing: bytes) -> Place:
    """Return whose a signing key (32 bytes) is.

    Compares texts: nothing is verified once more, so it is quick among thousands of contacts.
    """
    key = key_text(signing)
    first = contact_id(signing)
    found = _families(state, key, f"{FIELD}{first}/")
    if "card" not in found:  # not the key that its contact began with: then it may be anyone's
        found = _families(state, key, FIELD)
    for name, standing in _STANDINGS.items():
        if name in found:
            return Place(found[name], standing)
    return Place(first, "unknown")


def _families(state: CaseState, key: str, stem: str) -> dict[str, str]:
    """Return in which of a contact's registers a key stands, with the contact's id."""
    found: dict[str, str] = {}
    for field, register in state.fields.items():
        if field.startswith(stem):
            _, ident, part = field.split("/", 3)[:3]
            if part in _STANDINGS and any(key in line_of(each.value) for each in register.values):
                found[part] = ident
    return found


def key_text(signing: bytes) -> str:
    """Return how a signing key stands in the line of any card that it signs."""
    return f" {sshsig.public_line(signing)} "


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


def _registers(state: CaseState, stem: str) -> Iterator[tuple[str, tuple[JSON, ...]]]:
    for field, register in state.fields.items():
        if field.startswith(stem):
            values = tuple(each.value for each in register.values if not each.deleted)
            if values:
                yield field, values
