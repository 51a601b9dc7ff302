"""A sync: take from a medium what others left there, leave what it lacks, say what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from models.text import visible
from store.blob import LARGEST_FILE
from store.chain import load_heads
from store.change import is_case_id
from store.destruction import withheld
from store.erasure import forget_staged
from store.errors import DamagedError, DiskError
from store.medium import JOURNAL, Folder, Medium
from store.pull import Pull
from store.push import BLOBS, Push
from store.rclone import Remote
from store.replica import Replica
from store.seen import Seen
from store.shred import shreds
from store.shred_sync import clean, follow, wanted_keys
from store.sync_report import Notes, SyncReport
from store.team import complete, rotate
from store.vault import Vault


def sync(vault: Vault, root: Path, *, wall: str, joined: Notes | None = None) -> SyncReport:
    """Exchange with the folder `root`: pull, then push; return what happened.

    `joined` is what came already when the vault was joined just now. An admin begins a new epoch
    where one is due: `wall` is the clock then. Raises MissingError (no such folder), UsageError
    (it is a vault), ReadOnlyError and DiskError.
    """
    vault.must_write()
    medium = Folder(root, vault.replica.vault_id)
    notes = joined or Notes()
    _look_at(medium, notes)
    vault.settle()
    keys = vault.replica.keyring
    pull = Pull(vault.replica, medium, vault.history.roster, notes)
    pull.run()
    seen = Seen(vault.replica, medium)
    notes.tell("older", *seen.missing(pull.heads))
    cases = {change.case_id for change, _ in pull.changes} - {vault.log_id}
    before = {each: vault.history.conflicts(each) for each in sorted(cases)}
    came = pull.fetch(wanted_keys(vault))
    ordered = frozenset[str]() if joined else frozenset(shreds(vault.log_state()))
    _take_in(vault, pull, anew=came or vault.replica.keyring is not keys)
    follow(vault, pull.refused, ordered, notes, wall=wall)
    _fetch(vault, medium, cases, notes)
    _compare(vault, before, pull.new, notes)
    if rotate(vault, wall=wall):
        vault.settle()
        notes.tell("medium", "a new epoch was begun: who was removed cannot read what comes now")
    complete(vault)
    _leave(vault, medium, pull, notes, wall)
    if not notes.stopped:
        seen.keep(_ends(vault.replica))
    return notes.report({name: card.person for name, card in vault.authority.devices.items()})


def sync_remote(
    vault: Vault, remote: Remote, *, wall: str, joined: Notes | None = None
) -> SyncReport:
    """Exchange with a remote of rclone's, by way of a folder here; as `sync`.

    Raises DiskError too, where nothing could be fetched.
    """
    vault.must_write()
    vault_id = vault.replica.vault_id
    root = remote.staging(vault_id)
    # what is kept away from the remote must not come back to it by way of the folder here
    forget_staged(vault_id, withheld(vault, wall))
    remote.fetch(vault_id, root)
    report = sync(vault, root, wall=wall, joined=joined)
    try:
        remote.delete(vault_id, report.removed)
        remote.deliver(vault_id, root)
    except DiskError as error:
        return replace(report, stopped=error.message)
    forget_staged(vault_id, vault.ledger.gone.keys)
    return report


def _take_in(vault: Vault, pull: Pull, *, anew: bool) -> None:
    """Let the records that came count; only where they say who may do what, read all `anew`."""
    history, ours = vault.history, vault.device_id
    for change, ref in pull.changes:
        plain = change.case_id != vault.log_id and change.device != ours
        anew = anew or not (plain and vault.authority.accepts(ref.file.link))
    if anew:
        vault.read_again()
        return
    for change, ref in sorted(pull.changes, key=lambda each: each[1].place):
        history.receive(change, ref)


def _leave(vault: Vault, medium: Medium, pull: Pull, notes: Notes, wall: str) -> None:
    """Push; a medium that takes no more is told, as what came from it is here already."""
    try:
        clean(vault, medium, notes, wall)
        Push(vault.replica, medium, notes, withheld(vault, wall)).run(pull.heads)
    except DiskError as error:
        notes.stopped = error.message


def _ends(replica: Replica) -> dict[str, int]:
    homes = (each for each in (replica.path / JOURNAL).iterdir() if is_case_id(each.name))
    heads = {home.name: load_heads(home).values() for home in homes}
    return {name: max(each.last[0] for each in found) for name, found in heads.items() if found}


def _look_at(medium: Folder, notes: Notes) -> None:
    if medium.is_new:
        notes.tell(
            "medium",
            "nothing of this vault was there: a new medium, or the wrong or an emptied folder",
        )
    if medium.others:
        notes.tell("medium", f"the folder also holds files of other vaults: {medium.others}")


def _compare(
    vault: Vault, before: Mapping[str, frozenset[str]], new: set[str], notes: Notes
) -> None:
    """Tell which conflicts were opened, and what of the new is kept without effect."""
    for case_id, known in before.items():  # one that was destroyed meanwhile has none
        for name in sorted(vault.history.conflicts(case_id) - known):
            slug = vault.case(case_id).slug
            notes.tell("conflicts", f"{case_id[:8]} {slug}: {name} has several values now")
    aside = (link for link in vault.history.quarantined if link.digest in new)
    notes.tell(
        "quarantined",
        *(f"segment {each.name} of device {each.device[:8]}: it was removed" for each in aside),
    )


def _fetch(vault: Vault, medium: Medium, cases: Iterable[str], notes: Notes) -> None:
    """Take attachments that records name and that are not here; each is opened before it stays."""
    history, here = vault.history, vault.blobs.names()
    pairs = medium.homes(BLOBS)
    there = {name for pair in pairs for name in medium.names(f"{BLOBS}/{pair}")} - here
    wanted = history.attachments(history.case_ids if there else cases)
    for blob_id in sorted(wanted.keys() - here):
        case_id, place = wanted[blob_id], f"{BLOBS}/{blob_id[:2]}/{blob_id}"
        name = f"attachment {visible(blob_id[:8])} of case {case_id[:8]}"
        if blob_id not in there:
            notes.tell("waiting", f"{name} is not on the medium yet")
            continue
        try:
            with medium.opened(place, LARGEST_FILE) as file:
                vault.blobs.take(blob_id, history.keys_of(case_id), file)
        except (DamagedError, FileNotFoundError):
            medium.set_aside(place)
            notes.tell("damaged", f"{name}: the copy is damaged; copy it again")
        else:
            notes.attachments += 1
