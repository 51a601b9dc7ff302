"""Secret keys out of an identity file, in place of a passphrase: of age, or an SSH private key."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.errors import MissingError, UsageError
from tui import passphrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.opener import Identities

VARIABLE: Final = "BREACHCASE_IDENTITY_FILE"
"""The identity file where the command line names none."""


def from_file(
    name: str, option: str, words: Callable[[], bytearray], *, told: bool = False
) -> Identities:
    """Return the keys in the file `name`, as `option` says.

    `words` gives the passphrase of a file that has one; `told` is whether one was said on the
    command line, so that it must be for something. Raises MissingError, UsageError, AgeError, and
    what `words` raises.
    """
    from store.age.identities import is_locked, read_identities
    from store.opener import Identities

    raw = _read(name, option)
    if not is_locked(raw):
        if told:
            raise UsageError(
                "that identity file has no passphrase",
                hint=f"pass {option} or a passphrase, not both",
            )
        return Identities(read_identities(raw))
    secret = words()
    try:
        return Identities(read_identities(raw, secret))
    finally:
        passphrase.wipe(secret)


def has_passphrase(name: str, option: str) -> bool:
    """Whether the file `name` is sealed with a passphrase; raises as `from_file`."""
    from store.age.identities import is_locked

    return is_locked(_read(name, option))


def _read(name: str, option: str) -> bytes:
    from store.age.identities import FILE_LIMIT

    path = Path(name)
    if not path.exists():
        raise MissingError(f"no identity file {path.name}", hint=f"check {option}")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        raw = bytearray()
        while len(raw) <= FILE_LIMIT and (piece := file.read(FILE_LIMIT + 1)):
            raw += piece
    if len(raw) > FILE_LIMIT:
        raise UsageError(f"{path.name} is too long for an identity file", hint=f"check {option}")
    return bytes(raw)
