"""Shreds at a sync: what a medium is rid of, what is not taken from it, what is told of it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from store.admission import KEYS
from store.casekey import SIZE, open_case_key
from store.destruction import fates, look, name_keys, overdue
from store.errors import DamagedError
from store.ledger import Entry
from store.medium import Medium, get
from store.push import BLOBS
from store.shred import Shred, standing_keys
from store.sync_report import Notes
from store.vault import Vault


def wanted_keys(vault: Vault) -> frozenset[str]:
    """Return the keys that frames here need, that are not here, and that nothing keeps away."""
    kept_away = standing_keys(vault.log_state()) | vault.ledger.gone.keys
    return frozenset(vault.history.closed) - kept_away


def follow(
    vault: Vault, refused: Mapping[str, str], before: Container[str], notes: Notes, *, wall: str
) -> None:
    """Do what the orders that came, and those that fell due, ask of this replica; tell of both.

    `refused` are keys of destroyed cases that turned up, by id; `before` the orders known before.
    """
    for key_id, case_id in refused.items():
        entry = vault.ledger.entries[case_id]
        vault.ledger.entries[case_id] = replace(entry, keys=entry.keys | {key_id})
    if refused:
        vault.ledger.keep()
    for fate in look(vault, wall=wall):
        notes.tell("shred", f"case {fate.shred.case_id[:8]}: {fate.line}")
    name_keys(vault, wall=wall)
    vault.settle()
    for case_id, fate in fates(vault).items():
        if case_id not in before:
            notes.tell("shred", f"case {case_id[:8]}: {fate.line}")


def clean(vault: Vault, medium: Medium, notes: Notes, wall: str) -> None:
    """Delete from a medium the keys and attachments of cases whose time is over; DiskError."""
    for shred, entry in overdue(vault, wall):
        for name in sorted(_belongings(vault, medium, shred, entry)):
            medium.remove(name)
            notes.removed.append(name)
    if notes.removed:
        notes.tell("medium", f"files of destroyed cases were deleted from it: {len(notes.removed)}")


def _belongings(vault: Vault, medium: Medium, shred: Shred, entry: Entry) -> Iterator[str]:
    """Yield what the medium has of a case, copies that a mover made under other names included."""
    there = medium.names(KEYS)
    for key_id in shred.keys:
        copies = [name for name in there if name.startswith(key_id)]
        if copies and (key_id in entry.keys or _opens(vault, medium, key_id, shred.case_id)):
            yield from (f"{KEYS}/{name}" for name in copies)
    for blob_id in entry.blobs:
        home = f"{BLOBS}/{blob_id[:2]}"
        yield from (f"{home}/{each}" for each in medium.names(home) if each.startswith(blob_id))


def _opens(vault: Vault, medium: Medium, key_id: str, case_id: str) -> bool:
    """Whether a key file on the medium is of that case: an order may name any other's."""
    try:
        raw = get(medium, f"{KEYS}/{key_id}", SIZE)
        return (
            raw is not None and open_case_key(raw, key_id, vault.replica.keyring).case_id == case_id
        )
    except DamagedError:
        return False
