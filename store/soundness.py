"""Which files of a replica are not what their names say: looked for in what all replicas share."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from store.admission import KEYS
from store.chain import CLOSED
from store.change import is_case_id
from store.errors import StoreError
from store.grant import FOLDER as GRANTS
from store.grant import NAME as GRANT
from store.home import damaged_heads, is_whole_grant, is_whole_segment
from store.journal import Reading, segment_places
from store.medium import JOURNAL
from store.push import blob_place
from store.shred_sync import wanted_keys
from store.vault import Vault

# bytes of segments, and of attachments, that a sync reads again
_SCRUBBED: Final = 64 * 1024 * 1024
_CASES: Final = 256  # whose attachments they are

_T = TypeVar("_T")


def damaged_here(vault: Vault) -> frozenset[str]:
    """Return the damaged files of an open vault, such as `keys/<id>`, as far as a sync looks.

    Heads, grants, case keys: all. Of segments and of attachments 64 MiB, drawn by lot, so that a
    sync costs the same whatever the vault has grown to; all segments where opening it met damage.
    `vault verify` reads everything.
    """
    root, vault_id = vault.replica.path, vault.replica.vault_id
    found = {f"{KEYS}/{key_id}" for key_id in wanted_keys(vault)}
    found |= {
        f"{GRANTS}/{each.name}"
        for each in (root / GRANTS).iterdir()
        if GRANT.fullmatch(each.name) and not is_whole_grant(each)
    }
    for device, card in vault.authority.devices.items():
        home = root / JOURNAL / device
        names = damaged_heads(home, card, vault_id) if home.is_dir() else []
        found |= {f"{JOURNAL}/{device}/{name}" for name in names}
    return frozenset(found | {*_drawn(vault)})


def _drawn(vault: Vault) -> Iterator[str]:
    """Yield the names of damaged segments and attachments among those that are read again."""
    root, left = vault.replica.path, _SCRUBBED
    homes = [each for each in (root / JOURNAL).iterdir() if is_case_id(each.name)]
    places = _by_lot(each for home in homes for each in segment_places(home, Reading()))
    for place in places:
        if left > 0 or vault.history.notices:
            left -= place.size or place.path.lstat().st_size
            if not is_whole_segment(place):
                yield f"{JOURNAL}/{place.path.parent.name}/{place.stem}{CLOSED}"
    left, here = _SCRUBBED, vault.blobs.names()
    some = _by_lot(vault.history.case_ids)[:_CASES]
    for blob_id, case_id in _by_lot(vault.history.attachments(some).items()):
        if left > 0 and blob_id in here:
            size, whole = _read_through(vault, case_id, blob_id)
            left -= size
            if not whole:
                yield blob_place(blob_id)


def _by_lot(found: Iterable[_T]) -> list[_T]:
    names = [*found]
    secrets.SystemRandom().shuffle(names)
    return names


def _read_through(vault: Vault, case_id: str, blob_id: str) -> tuple[int, bool]:
    """Return how many bytes of an attachment were read, and whether it is whole."""
    size = 0
    try:
        for piece in vault.blob_pieces(case_id, blob_id):
            size += len(piece)
    except StoreError:
        return size, False
    return size, True
