"""What this machine has seen of a vault, kept outside it: tells an older copy put in its place.

Nothing here is ever the reason why a vault cannot be read: a state that cannot be read is as
none, one that cannot be written is not written.
"""

from __future__ import annotations

import contextlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from models.errors import ShapeError
from models.strictjson import JSON, dump, scan
from store import folder, platform
from store.chain import load_head
from store.change import is_case_id
from store.errors import StoreError
from store.header import Header
from store.kdf import derive

_LARGEST: Final = 1024 * 1024  # bytes
_MAC: Final = 64  # hex digits
_NAME: Final = 16  # hex digits

Segments = Mapping[int, str]
"""The segments that a device's head lists: SHA-256 in hex by number."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was seen: the header's generation, each device's last segment, and when (text)."""

    generation: int
    heads: Mapping[str, tuple[int, str]]
    seen: str = ""

    def dump(self) -> bytes:
        """Return what the state file says. Source: docs/format-vault.md, "State"."""
        heads: dict[str, JSON] = {name: [*last] for name, last in self.heads.items()}
        return dump({"v": 1, "generation": self.generation, "heads": heads})


class Watch:
    """Compares an open vault with what was last seen of it here, and keeps what is seen now.

    `notice` is one line, empty unless this is an older copy. What was seen of the newer one is
    kept then, until something is saved in the older one: saving is going on with it.
    """

    def __init__(self, path: Path, header: Header, replica_key: bytes) -> None:
        """Look at the vault in the folder `path`."""
        self._journal = path / "journal"
        self._generation = header.generation
        self._key = derive(replica_key, header.vault_id, b"breachcase/vault/1/state")
        self._place = _place(header.vault_id.hex(), self._key, b"name")
        listed = heads(self._journal)
        self._begun = _last(listed)
        before = self._load()
        self.notice = _compare(before, header.generation, listed) if before else ""
        if not self.notice:
            self._keep()

    def end(self, generation: int | None = None) -> None:
        """Keep what is seen at the end of a session; `generation` is a rewritten header's."""
        begun, self._begun = self._begun, _last(heads(self._journal))
        changed = generation is not None or begun != self._begun
        self._generation = generation or self._generation
        if changed or not self.notice:
            self._keep()

    def _keep(self) -> None:
        data = Mark(self._generation, self._begun).dump()
        if self._place is None:
            return
        keep_outside(self._place, self._mac(data) + b"\n" + data)

    def _load(self) -> Mark | None:
        if self._place is None:
            return None
        try:
            raw = folder.read(self._place, _LARGEST)
            seen = platform.written_at(self._place)
            data = raw[_MAC + 1 :]
            if not hmac.compare_digest(raw[:_MAC], self._mac(data)):
                return None
            return _parse(scan(data), datetime.fromtimestamp(seen, UTC))
        except (OSError, StoreError, ShapeError):
            return None

    def _mac(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, "sha256").hex().encode("ascii")


def heads(journal: Path) -> dict[str, Segments | None]:
    """Return what each device's head lists, None for a head that cannot be read."""
    found: dict[str, Segments | None] = {}
    for home in journal.glob("*"):
        if is_case_id(home.name):
            try:
                found[home.name] = dict(load_head(home).segments)
            except FileNotFoundError:
                continue
            except StoreError:
                found[home.name] = None
    return found


def outside(vault_id: bytes, replica_key: bytes, name: str) -> Path | None:
    """Return where a file of a replica lies outside the vault, None where there is no home."""
    key = derive(replica_key, vault_id, b"breachcase/vault/1/state")
    return _place(vault_id.hex(), key, name.encode("ascii"))


def keep_outside(place: Path, raw: bytes) -> None:
    """Write a file outside the vault; a folder that cannot be written is no error."""
    with contextlib.suppress(OSError, StoreError):
        home = place.parent.parent
        home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for each in (home, place.parent):
            folder.make(each, durable=False)
        folder.write(place, raw, durable=False)


def state_home() -> Path | None:
    """Return the folder for what is kept outside vaults; None for nobody's home."""
    told = os.environ.get("XDG_STATE_HOME", "")
    try:
        # the XDG specification has a relative path ignored
        home = Path(told) if told.startswith("/") else Path.home() / ".local" / "state"
    except RuntimeError:
        return None
    return home / "breachcase"


def _place(vault_id: str, key: bytes, what: bytes) -> Path | None:
    """Return the state file of a replica: two replicas of one vault are each seen by itself."""
    name = hmac.digest(key, what, "sha256").hex()[:_NAME]
    home = state_home()
    return home / vault_id / name if home else None


def _last(listed: Mapping[str, Segments | None]) -> dict[str, tuple[int, str]]:
    return {name: max(segments.items()) for name, segments in listed.items() if segments}


def _parse(value: JSON, seen: datetime) -> Mark | None:
    match value:
        case {"v": 1, "generation": int(generation), "heads": dict(told)}:
            pass
        case _:
            return None
    last: dict[str, tuple[int, str]] = {}
    for name, each in told.items():
        match each:
            case [int(seq), str(digest)]:
                last[name] = (seq, digest)
            case _:
                return None
    return Mark(generation, last, f"{seen:%Y-%m-%d %H:%M} UTC")


def _compare(before: Mark, generation: int, listed: Mapping[str, Segments | None]) -> str:
    if any(_lacks(listed.get(name, {}), *last) for name, last in before.heads.items()):
        return f"this vault is older than the one opened here on {before.seen}: changes are missing"
    if generation < before.generation:
        return (
            f"this vault's header is older than the one opened here on {before.seen}: "
            "an earlier passphrase may open it"
        )
    return ""


def _lacks(segments: Segments | None, seq: int, digest: str) -> bool:
    """Whether a device's segments are without the one last seen; damage is told elsewhere."""
    if segments is None:
        return False
    # a head lists the last 256 only: what is older than these is not missed
    return max(segments, default=0) < seq or segments.get(seq, digest) != digest
