"""Which replica was opened at a place last, kept outside it: tells another one in its stead.

Whoever knows a recipient can seal a replica key of their own to it, and put a whole vault of their
own in the place of ours: a key alone would open it. A passphrase slot cannot be made that way. As
in `store.state`, what cannot be read is as none and what cannot be written is not written.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Final

from models.errors import ShapeError
from models.strictjson import JSON, dump, scan
from store import folder
from store.errors import StoreError
from store.kdf import derive
from store.number import spoken_number
from store.state import keep_outside, state_home

_LARGEST: Final = 1024  # bytes
_NAME: Final = 32  # hex digits


def check(path: Path, vault_id: bytes, key: bytes, *, proven: bool, by_key: bool) -> str:
    """Compare a replica with what was opened at `path` before, and keep what is there now.

    `proven`: a passphrase opened it, so that nobody else can have made it. Return one line at the
    first sight of what was opened `by_key`, else "". Raises StoreError for another replica.
    """
    file = _file(path)
    now: JSON = {"v": 1, "vault": vault_id.hex(), "check": check_value(vault_id, key)}
    before = _load(file) if file else None
    if before is not None and hmac.compare_digest(before, dump(now)):
        return ""
    if before is not None and not proven:
        raise StoreError(
            "another vault stands where yours was opened last: it was put there, or restored",
            hint="if by you, open it once with its passphrase, or from another folder",
        )
    if file:
        keep_outside(file, dump(now))
    if not by_key:
        return ""
    number = spoken_number("vault", vault_id)
    return f"a key opened this copy, first seen here: compare vault number {number} with your sheet"


def check_value(vault_id: bytes, key: bytes) -> str:
    """Return 64 hex digits that tell one replica key from another and say nothing of it."""
    return derive(key, vault_id, b"breachcase/vault/1/kcv").hex()


def place_name(path: Path) -> str:
    """Return 64 hex digits that stand for where a vault lies."""
    return hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()


def _file(path: Path) -> Path | None:
    home = state_home()
    return home / "places" / place_name(path)[:_NAME] if home else None


def _load(file: Path) -> bytes | None:
    try:
        return dump(scan(folder.read(file, _LARGEST)))
    except (OSError, StoreError, ShapeError):
        return None
