"""Deleting what belonged to destroyed cases, from a replica's own folders.

Unlinking is all that can be done: what the disk keeps of old blocks is beyond a program.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from store import folder, platform
from store.draft import DraftFile, Seal, Typed, draft_files, remove
from store.history import History
from store.index import Index
from store.ledger import Ledger
from store.rclone import staged
from store.replica import Replica

_KEYS: Final = "keys"


def sweep(replica: Replica, ledger: Ledger) -> None:
    """Delete the files of every case that was destroyed here; the caller holds the lock.

    Repeats what a kill cut short, and takes away what came back since. Raises DiskError.
    """
    ledger.settle()
    done = [each for each in ledger.entries.values() if each.done]
    stale = frozenset(each.case_id for each in done if not each.clean)
    _unlink(replica.path / _KEYS / key_id for each in done for key_id in each.keys)
    _unlink(replica.path / "blobs" / blob[:2] / blob for each in done for blob in each.blobs)
    cases = replica.path / "cache" / "cases"
    _unlink(cases / case_id[:2] / f"{case_id}.tdb" for case_id in stale)
    if stale:
        gone = [each for each in done if each.case_id in stale]
        forget_staged(replica.vault_id, {name for each in gone for name in each.keys | each.blobs})
        _purge_drafts(replica, stale)


def forget_staged(vault_id: bytes, names: Iterable[str]) -> None:
    """Delete keys and attachments from the folders that stand for remotes; raise DiskError."""
    told = tuple(names)
    for home in staged(vault_id):
        _unlink(home / _KEYS / name for name in told)
        _unlink(home / "blobs" / name[:2] / name for name in told)


def finish(replica: Replica, ledger: Ledger, history: History, index: Index) -> None:
    """Rewrite the index without destroyed cases and note that all is deleted; raise StoreError."""
    planted = history.planted
    stale = [each for each in ledger.entries.values() if each.done and not each.clean]
    if not (stale or planted):
        return
    for key_id, case_id in planted.items():
        entry = ledger.entries[case_id]
        ledger.entries[case_id] = replace(entry, keys=entry.keys | {key_id})
    index.purge(each.case_id for each in stale)
    for each in stale:
        ledger.entries[each.case_id] = replace(ledger.entries[each.case_id], clean=True)
    ledger.keep()
    _unlink(replica.path / _KEYS / key_id for key_id in planted)


def _unlink(paths: Iterable[Path]) -> None:
    homes = set()
    for path in paths:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise folder.refused(error) from error
        homes.add(path.parent)
    for home in sorted(homes):
        with contextlib.suppress(OSError):
            platform.sync_folder(home)


def _purge_drafts(replica: Replica, cases: frozenset[str]) -> None:
    """Write each file of drafts that speaks of the cases anew, without them."""
    where = replica.path / "drafts"
    seal = Seal.of_replica(replica.key, replica.vault_id)
    for path, said in draft_files(where, seal).items():
        kept = [each for each in said if each.slot.case not in cases]
        if len(kept) == len(said):
            continue
        try:
            _copy(where, seal, kept)
        except OSError as error:
            raise folder.refused(error) from error
        remove([path])


def _copy(where: Path, seal: Seal, kept: list[Typed]) -> None:
    if not any(each.text is not None for each in kept):
        return
    begun = DraftFile.begin(where)
    try:
        for each in kept:
            begun.add(seal, each)
        platform.sync(begun.descriptor)
    except OSError:
        begun.end()
        raise
    begun.close()
