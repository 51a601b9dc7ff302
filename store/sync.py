"""A sync: take from a medium what others left there, leave what it lacks, say what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from models.text import visible
from store.blob import LARGEST_FILE, Blobs
from store.casekey import CaseKey
from store.chain import load_heads
from store.change import is_case_id
from store.coupled import reviews
from store.destruction import withheld
from store.erasure import forget_staged
from store.errors import DamagedError, DiskError
from store.medium import JOURNAL, Folder, Medium
from store.pull import Pull
from store.push import BLOBS, Push, blob_place
from store.rclone import Remote, Staged
from store.replica import Replica
from store.roller import mended_rolls
from store.seen import Seen
from store.shred import shreds
from store.shred_sync import clean, follow, wanted_keys
from store.soundness import damaged_here
from store.sync_report import Notes, SyncReport
from store.team import complete, rotate
from store.vault import Vault
from store.void import void_ops


def sync(vault: Vault, root: Path, *, wall: str, joined: Notes | None = None) -> SyncReport:
    """Exchange with the folder `root`: pull, then push; return what happened.

    `joined` is what came already when the vault was joined just now. An admin begins a new epoch
    where one is due: `wall` is the clock then. Raises MissingError (no such folder), UsageError
    (it is a vault), ReadOnlyError and DiskError.
    """
    vault.must_write()
    return _exchange(vault, Folder(root, vault.replica.vault_id), wall, joined)


def _exchange(vault: Vault, medium: Folder, wall: str, joined: Notes | None) -> SyncReport:
    notes = joined or Notes()
    _look_at(medium, notes)
    vault.settle()
    keys = vault.replica.keyring
    damaged, troubled = damaged_here(vault), bool(vault.history.notices)
    pull = Pull(vault.replica, medium, vault.history.roster, notes, damaged)
    pull.run()
    seen = Seen(vault.replica, medium)
    notes.tell("older", *seen.missing(pull.heads))
    cases = {change.case_id for change, _ in pull.changes} - {vault.log_id}
    before = {each: vault.history.conflicts(each) for each in sorted(cases)}
    known = {each: _side_by_side(vault, each) for each in sorted(cases)}
    rolls = [*mended_rolls(vault.replica.path / JOURNAL)] if damaged or troubled else []
    notes.tell("healed", *rolls)
    came = pull.fetch(wanted_keys(vault))
    ordered = frozenset[str]() if joined else frozenset(shreds(vault.log_state()))
    anew = came or bool(pull.healed or rolls) or vault.replica.keyring is not keys
    _take_in(vault, pull, anew=anew)
    follow(vault, pull.refused, ordered, notes, wall=wall)
    damaged = _fetch(vault, medium, cases, notes, damaged - pull.healed)
    _compare(vault, before, pull.new, notes)
    _review(vault, known, notes)
    if rotate(vault, wall=wall):
        vault.settle()
        notes.tell("medium", "a new epoch was begun: who was removed cannot read what comes now")
    complete(vault)
    _leave(vault, medium, pull, notes, damaged, wall)
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
    medium = Staged(root, vault_id, remote)
    report = _exchange(vault, medium, wall, joined)
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


def _leave(  # noqa: PLR0913, PLR0917 -- the parts of one exchange
    vault: Vault,
    medium: Medium,
    pull: Pull,
    notes: Notes,
    damaged: frozenset[str],
    wall: str,
) -> None:
    """Push; a medium that takes no more is told, as what came from it is here already."""
    for name in sorted(damaged):
        notes.tell("damaged", f"{name} of this replica, and the medium has no whole copy of it")
    try:
        clean(vault, medium, notes, wall)
        push = Push(vault.replica, medium, notes, damaged=damaged, withheld=withheld(vault, wall))
        push.run(pull.heads)
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


def _review(vault: Vault, before: Mapping[str, dict[str, str]], notes: Notes) -> None:
    """Tell what is to be reviewed together now, and what is kept without effect."""
    for case_id, known in before.items():
        for text, kind in _side_by_side(vault, case_id).items():
            if text not in known:
                notes.tell(kind, f"{case_id[:8]} {vault.case(case_id).slug}: {text}")


def _side_by_side(vault: Vault, case_id: str) -> dict[str, str]:
    """Return what there is to tell of a case, each with its kind."""
    if not vault.history.knows(case_id):
        return {}
    state = vault.state(case_id)
    void = (f"{each.op.kind} {each.op.field} by {each.by}: {each.why}" for each in void_ops(state))
    told = dict.fromkeys((each.text for each in reviews(state)), "reviews")
    return told | dict.fromkeys(void, "quarantined")


def _fetch(
    vault: Vault, medium: Medium, cases: Iterable[str], notes: Notes, damaged: frozenset[str]
) -> frozenset[str]:
    """Take attachments that records name and that are not here, or damaged here.

    Each is opened before it stays. Return what is damaged still.
    """
    history = vault.history
    spoilt = {name.rpartition("/")[2] for name in damaged if name.startswith(BLOBS)}
    here = vault.blobs.names() - spoilt
    pairs = medium.homes(BLOBS)
    there = {name for pair in pairs for name in medium.names(f"{BLOBS}/{pair}")} - here
    wanted = history.attachments(history.case_ids if there else cases)
    for blob_id in sorted(wanted.keys() - here):
        case_id = wanted[blob_id]
        name = f"attachment {visible(blob_id[:8])} of case {case_id[:8]}"
        if blob_id not in there:
            notes.tell("waiting", f"{name} is not on the medium yet")
        elif not take_attachment(medium, vault.blobs, blob_id, history.keys_of(case_id)):
            notes.tell("damaged", f"{name}: the copy is damaged; copy it again")
        elif blob_id in spoilt:
            damaged -= {blob_place(blob_id)}
            notes.tell("healed", f"{name} was damaged here and is set aside: taken whole")
        else:
            notes.attachments += 1
    return damaged


def take_attachment(medium: Medium, blobs: Blobs, blob_id: str, keys: tuple[CaseKey, ...]) -> bool:
    """File the medium's copy of an attachment if it opens; else set that aside there."""
    place = blob_place(blob_id)
    try:
        with medium.opened(place, LARGEST_FILE) as file:
            blobs.take(blob_id, keys, file)
    except (DamagedError, FileNotFoundError):
        medium.set_aside(place)
        return False
    return True
