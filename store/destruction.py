"""Destroying a case: ordered, cancelled, waited for, carried out.

Source: docs/format-vault.md, "Shred".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal, assert_never

from models.errors import UsageError
from models.strictjson import JSON
from models.text import normalise
from store.attachment import SHA256
from store.change import AddOp, AnyOp, DelOp, SetOp
from store.hold import required_reason
from store.ledger import WAIT_S, Entry, Ledger, seconds
from store.shred import FAMILY, Shred, held_cases, shreds, standing
from store.team import is_admin
from store.vault import Vault

Status = Literal["waiting", "held", "cancelled", "destroyed"]
_HOUR_S: Final = 60 * 60
_SHORTEST: Final = 4  # characters of an id


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an order on this replica, or will. `on` is a date (UTC), empty if unknown."""

    shred: Shred
    status: Status
    on: str

    @property
    def line(self) -> str:
        """It in a few words: `destroyed on 2026-12-03 by a.officer: kept long enough`."""
        shred = self.shred
        when = f" on {self.on}" if self.on else " elsewhere"
        match self.status:
            case "destroyed":
                return f"destroyed{when} by {shred.who}: {shred.reason}"
            case "waiting":
                return f"to be destroyed from {self.on}, ordered by {shred.who}: {shred.reason}"
            case "held":
                return f"to be destroyed by order of {shred.who}, stopped by a hold: {shred.reason}"
            case "cancelled":
                return f"order of {shred.who} to destroy it, cancelled: {shred.reason}"
            case _:
                assert_never(self.status)

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        shred = self.shred
        told: dict[str, JSON] = {"id": shred.case_id, "status": self.status, "on": self.on or None}
        return told | {"reason": shred.reason, "who": shred.who, "wall": shred.wall}


def fates(vault: Vault) -> dict[str, Fate]:
    """Return by case id what each order came to here."""
    log = vault.log_state()
    held = held_cases(log)
    return {name: _fate(vault, each, held) for name, each in shreds(log).items()}


def find_destroyed(vault: Vault, text: str) -> Fate | None:
    """Return the destroyed case whose id begins so (4 characters will do), None for none or two."""
    wanted = text.strip().lower()
    gone = [each for each in fates(vault).values() if each.status == "destroyed"]
    found = [each for each in gone if each.shred.case_id.startswith(wanted)]
    return found[0] if len(found) == 1 and len(wanted) >= _SHORTEST else None


def order_shred(vault: Vault, case_id: str, reason: str, *, wall: str) -> Fate:
    """Order that a case be destroyed; return when. Nothing is deleted yet.

    Raises UsageError (no reason, a hold, ordered already, not for this role), UnknownCaseError
    and what Vault.commit raises.
    """
    vault.state(case_id)
    why = required_reason(reason)
    log = vault.log_state()
    if case_id in held_cases(log):
        raise UsageError(
            "this case is held: it must not be destroyed", hint="breachcase hold CASE --lift first"
        )
    known = shreds(log).get(case_id)
    if known and known.stands:
        raise UsageError(
            "this case is ordered to be destroyed already",
            hint="breachcase ls --shredded says more",
        )
    keys: JSON = [*sorted(key.key_id for key in vault.history.keys_of(case_id))]
    _write(vault, [SetOp(FAMILY + case_id, {"reason": why, "keys": keys})], wall)
    look(vault, wall=wall)
    return fates(vault)[case_id]


def cancel_shred(vault: Vault, case_id: str, reason: str, *, wall: str) -> None:
    """Cancel an order; `reason` may be empty. What was destroyed already stays so.

    Raises UsageError where there is none, and as `order_shred`.
    """
    known = shreds(vault.log_state()).get(case_id)
    if known is None or not known.stands:
        raise UsageError("nobody ordered that this case be destroyed")
    _write(vault, [DelOp(FAMILY + case_id)], wall, normalise(reason).strip())


def shred_now(vault: Vault, case_id: str, *, wall: str) -> Fate:
    """Carry an order out on this replica without waiting; raise UsageError where none stands."""
    log = vault.log_state()
    known = shreds(log).get(case_id)
    if known is None or not known.stands or case_id in held_cases(log):
        raise UsageError("there is no order that stands and that no hold stops")
    vault.must_write()
    _destroy(vault, [known], wall)
    return fates(vault)[case_id]


def look(vault: Vault, *, wall: str) -> tuple[Fate, ...]:
    """Carry out the orders whose time is over here, as of the clock `wall`; return what became.

    Call it at each opening for writing and each sync: the time is counted from look to look.
    Raises DiskError; what was begun is gone on with at the next opening.
    """
    now, log = seconds(wall), vault.log_state()
    if now is None or not vault.writable:
        return ()
    orders = standing(log)
    before = dict(vault.ledger.entries)
    entries = _looked(vault.ledger, orders, now)
    ripe = {
        name: each
        for name, each in orders.items()
        if not entries[name].done and entries[name].ripe(each, now)
    }
    vault.ledger.entries = entries
    if ripe:
        _destroy(vault, ripe.values(), wall)
    elif _worth_keeping(before, entries):
        vault.ledger.keep()
    else:
        vault.ledger.entries = before
    return tuple(found for name, found in fates(vault).items() if name in ripe)


def name_keys(vault: Vault, *, wall: str) -> None:
    """Name keys of destroyed cases that came up since, so that nobody waits for them.

    Only an admin may; what the vault log names can be deleted from a medium.
    """
    found: list[AnyOp] = []
    for case_id, shred in standing(vault.log_state()).items():
        entry = vault.ledger.entries.get(case_id)
        if entry and entry.done:
            more = sorted(entry.keys - shred.keys)
            found += [AddOp(f"{FAMILY}{case_id}/{key_id}", None) for key_id in more]
    if found and is_admin(vault):
        _write(vault, found, wall)


def overdue(vault: Vault, wall: str) -> Iterator[tuple[Shred, Entry]]:
    """Yield the orders that were carried out here and whose time is over: a medium follows them."""
    now = seconds(wall) or 0
    for case_id, shred in standing(vault.log_state()).items():
        entry = vault.ledger.entries.get(case_id)
        if entry and entry.done and entry.ripe(shred, now):
            yield shred, entry


def withheld(vault: Vault, wall: str) -> frozenset[str]:
    """Return the names of files that are not put on a medium: of cases destroyed, or long to be.

    By the record's clock alone: others may have deleted them from it, and nothing is lost by that.
    A key that no order names was never deleted: without it others cannot file what it sealed, nor
    what stands beside that in a segment; an admin who has destroyed the case names it then.
    """
    gone, orders, now = vault.ledger.gone, standing(vault.log_state()), seconds(wall) or 0
    old = {name for name, each in orders.items() if now >= (seconds(each.wall) or 0) + WAIT_S}
    waiting = old - gone.cases
    names = set(gone.keys)
    for case_id in waiting:
        names |= orders[case_id].keys
    for entry in vault.ledger.entries.values():
        names |= entry.blobs if entry.done else set()
    return frozenset(names.union(vault.history.attachments(waiting)))


def _looked(ledger: Ledger, orders: dict[str, Shred], now: int) -> dict[str, Entry]:
    """Return the entries as of `now`; where no order stands only what was done is remembered."""
    found = {name: each for name, each in ledger.entries.items() if each.done}
    for name, shred in orders.items():
        known = ledger.entries.get(name)
        if known is None or (known.order != shred.order and not known.done):
            found[name] = Entry(name, shred.order, now, now)
        elif known.order == shred.order:
            found[name] = known.looked_at(now)
        else:  # ordered once more: the medium waits again
            found[name] = replace(known, order=shred.order, seen=now, last=now, waited=0)
    for name in found.keys() - orders.keys():  # stopped or cancelled after it was done
        found[name] = replace(found[name], order="", waited=0)
    return found


def _worth_keeping(before: dict[str, Entry], after: dict[str, Entry]) -> bool:
    """Whether something is new, or an hour has passed: the file is not written at each command."""
    return before.keys() != after.keys() or any(
        (old := before[name]).order != new.order or abs(new.last - old.last) >= _HOUR_S
        for name, new in after.items()
    )


def _destroy(vault: Vault, orders: Iterable[Shred], wall: str) -> None:
    """Carry orders out; from the ledger's write on they are, whatever happens then."""
    vault.write_behind(compact=False)  # while the cases can be read
    for shred in orders:
        case_id = shred.case_id
        now = seconds(wall) or 0
        entry = vault.ledger.entries.get(case_id) or Entry(case_id, shred.order, now, now)
        keys = frozenset(key.key_id for key in vault.history.keys_of(case_id))
        blobs = frozenset(_own_blobs(vault, case_id))
        vault.ledger.entries[case_id] = replace(
            entry, done=wall, clean=False, keys=entry.keys | keys, blobs=entry.blobs | blobs
        )
    vault.ledger.keep()
    vault.read_again()


def _own_blobs(vault: Vault, case_id: str) -> Iterator[str]:
    """Yield the attachments whose id follows from the case: a record may name another case's."""
    if not vault.history.knows(case_id):
        return
    for change in vault.history.glance(case_id).changes:
        for op in change.ops:
            match op.kind, op.value:
                case "blob", {"blob": str(blob_id), "sha256": str(sha256)}:
                    digest = bytes.fromhex(sha256) if SHA256.fullmatch(sha256) else b""
                    if vault.blobs.keyring.blob_id(case_id, digest) == blob_id:
                        yield blob_id
                case _:
                    pass


def _fate(vault: Vault, shred: Shred, held: frozenset[str]) -> Fate:
    entry = vault.ledger.entries.get(shred.case_id)
    if entry and entry.done:
        return Fate(shred, "destroyed", entry.done[:10])
    if not shred.stands:
        return Fate(shred, "cancelled", "")
    if shred.case_id in held:
        return Fate(shred, "held", "")
    if not vault.history.knows(shred.case_id):
        return Fate(shred, "destroyed", "")
    return Fate(shred, "waiting", _date(entry.due(shred)) if entry else "")


def _date(at: int) -> str:
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return ""


def _write(vault: Vault, ops: list[AnyOp], wall: str, why: str = "") -> None:
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall, why=why)
