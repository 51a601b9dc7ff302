"""The history of every case: frames by case, and the verified changes in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from models.errors import UsageError
from store.cache import Cache
from store.casekey import CaseKey, load_case_key, save_case_key
from store.chain import Link
from store.change import Change
from store.errors import DamagedError, StoreError, UnknownCaseError
from store.fold import CaseState, Fold
from store.journal import FrameRef, Reading
from store.keyring import Keyring
from store.record import decode
from store.role import KEY_FIELD
from store.roster import Authority, Entry, Roster
from store.shred import NOTHING, Gone, standing_keys


class History:
    """Reads changes when they are asked for, from the case file if that covers them.

    `keyring` writes under the latest epoch that the vault log vouches for. `quarantined` are the
    segments of removed devices that do not count. `closed` says by key id why a key is not at hand,
    `planted` are key files (id, case) of cases that are `gone`. Raises DamagedError when the vault
    log, on which every authority rests, cannot be read.
    """

    def __init__(
        self,
        keys: Path,
        keyring: Keyring,
        cache: Cache,
        reading: Reading,
        gone: Gone = NOTHING,
    ) -> None:
        self._keys_folder = keys
        self._gone = gone
        self.closed, self.planted = dict[str, str](), dict[str, str]()
        self._unread = dict[str, str]()  # devices by the id of a change whose key is not at hand
        self.keyring = keyring
        self._cache = cache
        self.notices = reading.notices
        self._keys: dict[str, CaseKey | None] = {}
        self._case_keys: dict[str, list[CaseKey]] = {}
        self._refs: dict[str, dict[str, FrameRef]] = {}
        self._folds: dict[str, Fold] = {}
        self._states: dict[str, CaseState] = {}
        self._waiting: dict[str, list[Change]] = {}
        self._unfiled: set[str] = set()
        self._touched: set[str] = set()
        self._chains: dict[str, bytes] = {}
        self._usable: set[str] = set()
        self.log_id = self._find_log(reading.refs)
        self.roster = Roster(keyring.vault_id, self.log_id)
        log = self._enter(reading.refs)
        self.authority: Authority = self.roster.authority()
        devices = sorted(self.authority.devices.items())
        self._writers = [f"{name} {' '.join(card.roles)}" for name, card in devices]
        retired = keyring.epochs.keys() - self.authority.epochs.keys()
        self.keyring = replace(keyring, retired=frozenset(retired))
        self.quarantined: tuple[Link, ...] = self._index_all(reading.refs)
        counted = self._refs.get(self.log_id, {})
        self._folds[self.log_id] = self._fold(
            self.log_id, self._vouched(each for each in log if each.id in counted)
        )
        self._tell_closed()
        self._check_claims(reading)

    @property
    def case_ids(self) -> tuple[str, ...]:
        """The cases, without the vault log."""
        return tuple(case_id for case_id in self._refs if case_id != self.log_id)

    @property
    def closed_keys(self) -> frozenset[str]:
        """The ids of case keys that frames name and that are not here, or do not open.

        Those that a shred destroyed are none of them.
        """
        closed = (key_id for key_id, key in self._keys.items() if key is None)
        return frozenset(closed) - self._gone.keys

    @property
    def unfiled(self) -> int:
        """How many case files are not up to date."""
        return len(self._unfiled)

    def knows(self, case_id: str) -> bool:
        """Whether there is a record of the case; the vault log counts as one."""
        return case_id in self._refs

    def state(self, case_id: str) -> CaseState:
        """Return the state of a case or of the vault log; raise UnknownCaseError."""
        if not self.knows(case_id):
            raise UnknownCaseError(
                "no case of that id in this vault", hint="breachcase ls lists them"
            )
        if case_id not in self._folds:
            self._folds[case_id] = self._fold(case_id, self._changes(case_id))
        for change in self._waiting.pop(case_id, ()):
            self._folds[case_id].add(change)
        if case_id not in self._states:
            self._states[case_id] = self._folds[case_id].state()
        return self._states[case_id]

    def conflicts(self, case_id: str) -> frozenset[str]:
        """Return the fields of a case that have several values, none for an unknown case."""
        return self.state(case_id).conflicts if self.knows(case_id) else frozenset()

    def attachments(self, cases: Iterable[str]) -> dict[str, str]:
        """Return the case of each attachment that records of these cases name."""
        found: dict[str, str] = {}
        for case_id in filter(self.knows, cases):
            for change in self.glance(case_id).changes:
                for op in change.ops:
                    match op.kind, op.value:
                        case "blob", {"blob": str(blob_id)}:
                            found[blob_id] = case_id
                        case _:
                            pass
        return found

    def covers(self, case_id: str) -> str:
        """Return a digest of the records of a case and of the devices that may write to it."""
        known = sorted(self._refs[case_id]) + self._writers
        return hashlib.sha256("\n".join(known).encode("ascii")).hexdigest()

    def digest(self) -> str:
        """Return a digest of all records, device by device, and of the devices that may write.

        Equal digests: nothing has changed since. The converse does not hold.
        """
        told = [f"{device} {chain.hex()}" for device, chain in sorted(self._chains.items())]
        return hashlib.sha256("\n".join(told + self._writers).encode("ascii")).hexdigest()

    def take_touched(self) -> frozenset[str]:
        """Return the cases with records that came since this was last asked, at first all."""
        touched, self._touched = frozenset(self._touched - {self.log_id}), set()
        return touched

    def glance(self, case_id: str) -> CaseState:
        """Return the state of a case without keeping it: a walk over all would fill the memory."""
        if case_id in self._folds:
            return self.state(case_id)
        filed = self._cache.load_changes(case_id, self.covers(case_id))
        changes = self._vouched(self._read(case_id)) if filed is None else filed
        return self._fold(case_id, changes).state()

    def count(self, device: str) -> int:
        """Return how many records of a device there are."""
        refs = (ref for case in self._refs.values() for ref in case.values())
        unread = sum(each == device for each in self._unread.values())
        return unread + sum(ref.device == device for ref in refs)

    def admit(self, change: Change, ref: FrameRef) -> None:
        """Take in a change that has just been saved; what it comes to is found when asked for."""
        case_id = change.case_id
        if self.knows(case_id):
            self.state(case_id)  # what was there before has to be read before this joins it
        else:
            self._folds[case_id] = self._fold(case_id, ())
        self._refs.setdefault(case_id, {})[change.id] = ref
        self._note(case_id, ref)
        self._waiting.setdefault(case_id, []).append(change)
        self._states.pop(case_id, None)
        if case_id != self.log_id:
            self._unfiled.add(case_id)

    def receive(self, change: Change, ref: FrameRef) -> None:
        """Take in a change that another device saved, checked already; known ones say nothing."""
        if self._keys.get(ref.key_id) is None:  # new, or not here before
            self._keys[ref.key_id] = self._load_key(ref.key_id)
        if change.id not in self._refs.get(change.case_id, {}):
            self.admit(change, ref)

    def write_behind(self) -> None:
        """File what the cache lacks; raise StoreError."""
        while self._unfiled:
            case_id = self._unfiled.pop()
            changes = self.state(case_id).changes
            self._cache.save_changes(case_id, self.covers(case_id), changes)

    def key_of(self, case_id: str) -> tuple[CaseKey, bool]:
        """Return a key to seal a case's next record with, and whether no record uses it yet.

        A case without one of the latest epoch gets a key file, which is on the medium when this
        returns: who was removed before cannot open that. Raises DiskError, UsageError (destroyed).
        """
        if case_id in self._gone.cases:
            raise UsageError("this case was destroyed", hint="what comes now belongs to a new case")
        latest = self.keyring.latest
        for known in reversed(self.keys_of(case_id)):
            if known.epoch == latest and self._may_seal(known):
                return known, not self.knows(case_id)
        key = replace(CaseKey.generate(case_id), epoch=latest)
        save_case_key(self._keys_folder, key, self.keyring)
        self._keys[key.key_id] = key
        self._case_keys.setdefault(case_id, []).append(key)
        self._usable.add(key.key_id)
        return key, True

    def keys_of(self, case_id: str) -> tuple[CaseKey, ...]:
        """Return the keys of a case that are at hand."""
        return tuple(self._case_keys.get(case_id, ()))

    def _note(self, case_id: str, ref: FrameRef) -> None:
        self._touched.add(case_id)
        chain = self._chains.get(ref.device, b"") + bytes.fromhex(ref.change_id)
        self._chains[ref.device] = hashlib.sha256(chain).digest()

    def _may_seal(self, key: CaseKey) -> bool:
        """Whether somebody who may write to the case brought the key in: anybody can plant a file.

        Source: docs/format-vault.md, "Case key".
        """
        if key.key_id not in self._usable:
            state = self.state(key.case_id)
            named = (op for change in state.changes for op in change.ops)
            fields = {op.field for op in named if op.op_id not in state.void}
            self._usable |= {each for each in self._keys if KEY_FIELD + each in fields}
        return key.key_id in self._usable

    def _enter(self, refs: Iterable[FrameRef]) -> list[Change]:
        """Tell the roster of every segment and record of the vault log; return the records."""
        found: dict[str, Change] = {}
        for link, group in _by_segment(refs):
            self.roster.chain(link)
            for ref in group:
                key = self._key(ref.key_id)
                if key is not None and key.case_id == self.log_id:
                    change = self._decode(ref, key)
                    if change is not None:
                        self.roster.add(Entry(change, link))
                        found[change.id] = change
        return [*found.values()]

    def _index_all(self, refs: Iterable[FrameRef]) -> tuple[Link, ...]:
        """Note where each record that counts lies; return the segments that do not count."""
        aside = set()
        for link, group in _by_segment(refs):
            if not self.authority.accepts(link):
                aside.add(link)
                continue
            for ref in group:
                key = self._key(ref.key_id)
                if key is None:
                    self._unread[ref.change_id] = ref.device
                else:
                    self._refs.setdefault(key.case_id, {}).setdefault(ref.change_id, ref)
                    self._note(key.case_id, ref)
        return tuple(sorted(aside, key=lambda each: (each.device, each.seq, each.digest)))

    def _key(self, key_id: str) -> CaseKey | None:
        if key_id not in self._keys:
            self._keys[key_id] = self._load_key(key_id)
        return self._keys[key_id]

    def _load_key(self, key_id: str) -> CaseKey | None:
        if key_id in self._gone.keys:
            return None
        try:
            key = load_case_key(self._keys_folder, key_id, self.keyring)
        except DamagedError as error:
            self.closed[key_id] = f"{error.message}; the changes it sealed stay closed"
            return None
        if key.case_id in self._gone.cases:
            self.planted[key_id] = key.case_id
            return None
        self._case_keys.setdefault(key.case_id, []).append(key)
        return key

    def _find_log(self, refs: Iterable[FrameRef]) -> str:
        first = self.keyring.vault_id.hex()
        found = next((ref for ref in refs if ref.change_id == first), None)
        key = self._key(found.key_id) if found else None
        if key is None:
            raise DamagedError(
                "record 0 of the vault cannot be read",
                hint="breachcase vault repair --from a backup, or --from where you sync",
            )
        return key.case_id

    def _fold(self, case_id: str, changes: Iterable[Change]) -> Fold:
        whole = Fold(case_id, self.authority)
        for change in changes:
            whole.add(change)
        return whole

    def _changes(self, case_id: str) -> tuple[Change, ...]:
        """Return the verified changes of a case, from its case file if that covers them."""
        filed = self._cache.load_changes(case_id, self.covers(case_id))
        if filed is None:
            filed = self._vouched(self._read(case_id))
            if len(filed) == len(self._refs[case_id]):  # else the fault would be hidden
                self._unfiled.add(case_id)
        return filed

    def _read(self, case_id: str) -> list[Change]:
        """Decode the records of a case, naming those that cannot be."""
        refs = self._refs[case_id].values()
        found = (self._decode(ref, self._keys[ref.key_id]) for ref in refs)
        return [change for change in found if change is not None]

    def _decode(self, ref: FrameRef, key: CaseKey | None) -> Change | None:
        try:
            return decode(ref, key, self.keyring.vault_id)
        except StoreError as error:
            self._notice(f"record {ref.change_id[:8]} is void: {error.message}")
            return None

    def _vouched(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        found = []
        for change in changes:
            if self.authority.vouches(change):
                found.append(change)
            else:
                self._notice(f"record {change.id[:8]} is void: no known device signed it")
        return tuple(found)

    def _notice(self, line: str) -> None:
        if line not in self.notices:  # a case may be read more than once
            self.notices.append(line)

    def _tell_closed(self) -> None:
        destroyed = standing_keys(self.state(self.log_id))
        for key_id, reason in self.closed.items():
            if key_id not in destroyed:
                self._notice(reason)

    def _check_claims(self, reading: Reading) -> None:
        for claim in reading.claims:
            card = self.authority.devices.get(claim.device)
            if card is None or not claim.is_signed_by(card.signing, self.keyring.vault_id):
                reading.blame(f"{claim.name} is not signed by its device")


def _by_segment(refs: Iterable[FrameRef]) -> Iterator[tuple[Link, list[FrameRef]]]:
    """Yield each segment with its frames: there are far fewer of one than of the other."""
    for _, group in groupby(refs, key=lambda ref: id(ref.file)):
        frames = [*group]
        yield frames[0].file.link, frames
