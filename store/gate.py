"""Through the header of a replica to its key, and no further where another's vault stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store import folder, place, slots
from store.header import LARGEST, Header, open_slot, parse_header
from store.opener import Opener
from store.slots import Slot


@dataclass(frozen=True, slots=True, repr=False)
class Entered:
    """A header, the replica key, the slot that gave it (None: it was at hand), and a notice."""

    header: Header
    key: bytes
    slot: Slot | None
    notice: str

    @property
    def by_passphrase(self) -> bool:
        """Whether a passphrase opened it."""
        return self.slot is not None and self.slot.kind == slots.PASSPHRASE


def read_header(path: Path) -> tuple[bytes, Header]:
    """Return the header of the vault in the folder `path`, and the file it was read from.

    Raises NotAVaultError, DamagedError, StoreError (not private, newer format).
    """
    folder.check(path)
    raw = folder.read_part(path / "header", LARGEST)
    return raw, parse_header(raw)


def enter(path: Path, opener: Opener) -> Entered:
    """Return what `opener` opens in the folder `path`.

    Raises NotAVaultError, WrongPassphraseError, DamagedError, and StoreError, also where a key
    opens another replica than the one opened at this place before.
    """
    raw, header = read_header(path)
    key, slot = open_slot(raw, header, opener)
    entered = Entered(header, key, slot, "")
    notice = place.check(
        path,
        header.vault_id,
        key,
        proven=entered.by_passphrase,
        by_key=slot is not None and not entered.by_passphrase,
    )
    return Entered(header, key, slot, notice)
