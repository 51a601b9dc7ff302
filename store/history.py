"""The history of every case: frames by case, and the verified changes in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from models.errors import UsageError
from store.cache import Cache
from store.casekey import CaseKey
from store.chain import Link
from store.change import Change
from store.errors import DamagedError, StoreError, UnknownCaseError
from store.feed import Feed
from store.fold import CaseState, Fold
from store.journal import FrameRef, Reading
from store.keychain import Keychain
from store.keyring import Keyring
from store.record import decode
from store.role import KEY_FIELD
from store.roster import Authority, Entry, Roster
from store.shred import NOTHING, Gone, standing_keys


class History:
    """Reads changes when they are asked for, from the case file if that covers them.

    `keyring` writes under the latest epoch that the vault log vouches for. `quarantined` are the
    segments of removed devices that do not count. What was destroyed here is `gone`: its keys
    are as good as absent, also where a file was put back. Raises DamagedError when the vault
    log, on which every authority rests, cannot be read.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- all that a history is read from
        self,
        keys: Path,
        keyring: Keyring,
        cache: Cache,
        feed: Feed,
        reading: Reading,
        gone: Gone = NOTHING,
    ) -> None:
        self._gone = gone
        self.keyring = keyring
        self._cache = cache
        self._feed = feed
        self.notices = reading.notices
        self._keys = Keychain(keys, keyring, gone)
        self._case_keys: dict[str, list[CaseKey]] = {}
        self._refs: dict[str, dict[str, FrameRef]] = {}
        self._folds: dict[str, Fold] = {}
        self._states: dict[str, CaseState] = {}
        self._waiting: dict[str, list[Change]] = {}
        self._unfiled: set[str] = set()
        self._touched: set[str] = set()
        self._usable: set[str] = set()
        self.log_id = self._find_log(feed.begin(reading, self._keys), reading)
        self.roster = Roster(keyring.vault_id, self.log_id)
        log = self._enter()
        self.authority: Authority = self.roster.authority()
        devices = sorted(self.authority.devices.items())
        self._writers = [f"{name} {' '.join(card.roles)}" for name, card in devices]
        retired = keyring.epochs.keys() - self.authority.epochs.keys()
        self.keyring = replace(keyring, retired=frozenset(retired))
        self.quarantined: tuple[Link, ...] = feed.judge(self.authority.accepts)
        counted = self._kept(self.log_id)
        self._folds[self.log_id] = self._fold(
            self.log_id, self._vouched(each for each in log if each.id in counted)
        )
        for case_id in gone.cases:
            self._found(case_id)  # finds key files that were put back
        self._keys.tell = self._tell_closed
        for key_id, reason in self._keys.closed.items():
            self._tell_closed(key_id, reason)
        self._check_claims(reading)

    @property
    def case_ids(self) -> tuple[str, ...]:
        """The cases, without the vault log: a walk over all."""
        return tuple(filter(self.knows, set(self._feed.cases()) - {self.log_id}))

    @property
    def is_empty(self) -> bool:
        """Whether there is no case yet."""
        return all(case_id == self.log_id for case_id in self._feed.cases())

    @property
    def closed(self) -> frozenset[str]:
        """The ids of the case keys that were asked for and are not at hand, or do not open.

        Those that a shred destroyed are none of them.
        """
        return frozenset(self._keys.closed)

    @property
    def planted(self) -> Mapping[str, str]:
        """The case of each key file that is here although the case was destroyed."""
        return self._keys.planted

    @property
    def unfiled(self) -> int:
        """How many case files are not up to date."""
        return len(self._unfiled)

    def knows(self, case_id: str) -> bool:
        """Whether there is a record of the case; the vault log counts as one."""
        return bool(self._found(case_id))

    def state(self, case_id: str) -> CaseState:
        """Return the state of a case or of the vault log.

        Raises UnknownCaseError, and DamagedError where none of its keys is at hand.
        """
        refs = self._found(case_id)
        if not refs:
            raise self._absent(case_id)
        self._refs[case_id] = refs
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
                found |= dict.fromkeys(change.attachments, case_id)
        return found

    def covers(self, case_id: str) -> str:
        """Return a digest of the records of a case and of the devices that may write to it."""
        known = sorted(self._found(case_id)) + self._writers
        return hashlib.sha256("\n".join(known).encode("ascii")).hexdigest()

    def digest(self) -> str:
        """Return a digest of all records, segment by segment, and of the devices that may write.

        What was destroyed here changes it too, although its records lie where they did.

        Equal digests: nothing has changed since. The converse does not hold.
        """
        told = self._feed.tallies() + self._writers + sorted(self._gone.cases)
        return hashlib.sha256("\n".join(told).encode("ascii")).hexdigest()

    def take_touched(self) -> frozenset[str]:
        """Return the cases with records that came since this was last asked."""
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
        return self._feed.count(device)

    def admit(self, change: Change, ref: FrameRef) -> None:
        """Take in a change that has just been saved; what it comes to is found when asked for."""
        case_id = change.case_id
        refs = self._kept(case_id)
        if refs:
            self.state(case_id)  # what was there before has to be read before this joins it
        else:
            self._folds[case_id] = self._fold(case_id, ())
        refs[change.id] = ref
        self._feed.note(case_id, ref)
        self._touched.add(case_id)
        self._waiting.setdefault(case_id, []).append(change)
        self._states.pop(case_id, None)
        if case_id != self.log_id:
            self._unfiled.add(case_id)

    def receive(self, change: Change, ref: FrameRef) -> None:
        """Take in a change that another device saved, checked already; known ones say nothing."""
        key, keys = self._keys.look_again(ref.key_id), self._keys_of(change.case_id)
        if key is not None and key not in keys:  # new, or not here before
            keys.append(key)
        if change.id in self._kept(change.case_id):
            self._feed.note(change.case_id, ref)
        else:
            self.admit(change, ref)

    def write_behind(self) -> None:
        """File what the cache lacks; raise StoreError."""
        while self._unfiled:
            case_id = self._unfiled.pop()
            changes = self.state(case_id).changes
            self._cache.save_changes(case_id, self.covers(case_id), changes)

    def file_feed(self) -> None:
        """File where the frames lie that had to be read at the opening; raise StoreError."""
        self._feed.write_behind(self.log_id)

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
        key = self._keys.make(case_id, self.keyring)
        self._keys_of(case_id).append(key)
        self._usable.add(key.key_id)
        return key, True

    def keys_of(self, case_id: str) -> tuple[CaseKey, ...]:
        """Return the keys of a case that are at hand."""
        return tuple(self._keys_of(case_id))

    def _absent(self, case_id: str) -> StoreError:
        named = {ref.key_id for ref in self._feed.frames(case_id)}
        if named - self._gone.keys - self._destroyed and case_id not in self._gone.cases:
            return DamagedError(
                f"the key of case {case_id[:8]} is missing or damaged",
                hint="restore it from a copy; breachcase vault verify names it",
            )
        return UnknownCaseError("no case of that id in this vault", hint="breachcase ls lists them")

    def _keys_of(self, case_id: str) -> list[CaseKey]:
        if case_id not in self._case_keys:
            ids = dict.fromkeys(ref.key_id for ref in self._found(case_id).values())
            self._case_keys[case_id] = [key for each in ids if (key := self._keys.get(each))]
        return self._case_keys[case_id]

    def _kept(self, case_id: str) -> dict[str, FrameRef]:
        """Return where the records of a case lie, and keep that in memory."""
        if case_id not in self._refs:
            self._refs[case_id] = self._found(case_id)
        return self._refs[case_id]

    def _found(self, case_id: str) -> dict[str, FrameRef]:
        """Return where the records of a case lie whose key is at hand, by change."""
        if case_id in self._refs:
            return self._refs[case_id]
        found: dict[str, FrameRef] = {}
        for ref in self._feed.frames(case_id):
            if self._keys.get(ref.key_id) is not None:
                found.setdefault(ref.change_id, ref)
        return found

    def _may_seal(self, key: CaseKey) -> bool:
        """Whether somebody who may write to the case brought the key in: anybody can plant a file.

        Source: docs/format-vault.md, "Case key".
        """
        if key.key_id not in self._usable:
            state = self.state(key.case_id)
            named = (op for change in state.changes for op in change.ops)
            fields = {op.field for op in named if op.op_id not in state.void}
            brought = {each for each in fields if each.startswith(KEY_FIELD)}
            self._usable |= {each.removeprefix(KEY_FIELD) for each in brought}
        return key.key_id in self._usable

    def _enter(self) -> list[Change]:
        """Tell the roster of every segment and record of the vault log; return the records."""
        for link in self._feed.links():
            self.roster.chain(link)
        found: dict[str, Change] = {}
        for ref in self._feed.frames(self.log_id):
            change = self._decode(ref)
            if change is not None:
                self.roster.add(Entry(change, ref.file.link))
                found[change.id] = change
        return [*found.values()]

    def _find_log(self, told: str, reading: Reading) -> str:
        """Return the id of the vault log, which is the case of record 0; runs may have `told`."""
        first = self.keyring.vault_id.hex()
        refs = self._feed.frames(told) if told else reading.refs
        found = next((ref for ref in refs if ref.change_id == first), None)
        key = self._keys.get(found.key_id) if found else None
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
            if len(filed) == len(self._found(case_id)):  # else the fault would be hidden
                self._unfiled.add(case_id)
        return filed

    def _read(self, case_id: str) -> list[Change]:
        """Decode the records of a case, naming those that cannot be."""
        found = map(self._decode, self._found(case_id).values())
        return [change for change in found if change is not None]

    def _decode(self, ref: FrameRef) -> Change | None:
        try:
            return decode(ref, self._keys.get(ref.key_id), self.keyring.vault_id)
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

    @property
    def _destroyed(self) -> frozenset[str]:
        """The keys that orders to destroy a case name."""
        return standing_keys(self.state(self.log_id))

    def _tell_closed(self, key_id: str, reason: str) -> None:
        if key_id not in self._destroyed:
            self._notice(reason)

    def _check_claims(self, reading: Reading) -> None:
        for claim in reading.unsigned(self.authority.devices, self.keyring.vault_id):
            reading.blame(f"{claim.name} is not signed by its device")
            if claim.file is not None:
                claim.file.sound = False
        for file in reading.known:  # its signature was checked when it was read
            if file.cipher.header.device not in self.authority.devices:
                reading.blame(f"{file.name} is not signed by its device")
