"""A survey of a whole vault: what of it is damaged, and what the damage leaves readable."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from models.errors import CaseError, ShapeError
from models.text import visible
from store import folder
from store.admission import KEYS
from store.age.header import read_header as read_age_header
from store.age.intake import Intake
from store.blob import Blobs
from store.casekey import CaseKey, load_case_key
from store.change import Change, is_case_id
from store.device import Device, DeviceCard
from store.errors import DamagedError, StoreError
from store.fold import fold
from store.grant import FOLDER as GRANTS
from store.grant import LARGEST as LARGEST_GRANT
from store.grant import NAME as GRANT
from store.grant import SHORT, is_whole, open_grant
from store.header import Header
from store.home import damaged_heads, is_whole_grant, read_home
from store.journal import FrameRef, Reading
from store.keyring import Keyring
from store.ledger import NAME as LEDGER
from store.ledger import envelope_of, read_ledger
from store.lost import Closed, changes
from store.medium import JOURNAL
from store.push import blob_place
from store.record import decode
from store.replica import read_device, read_keyring
from store.role import GRANTING
from store.roster import Authority, Entry, Roster
from store.shred import standing_keys

_SHORT: Final = 8  # digits of an id that are enough to tell it

Progress = Callable[[str, int, int], None]
"""Told what is being read, how many of them are done, and how many there are."""


class Survey:
    """One reading of a vault, from its own keys outwards; changes nothing and takes no lock.

    `faults`: one line for each damaged item. `damaged`: the files that every replica has and that
    are no copies here, such as `keys/<id>`. `attached`: the case of each attachment.
    """

    def __init__(self, path: Path, header: Header, progress: Progress) -> None:
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.damaged: set[str] = set()
        self.case_keys: dict[str, tuple[CaseKey, ...]] = {}
        self.attached: dict[str, str] = {}
        self.keyring: Keyring | None = None
        self.roster: Roster | None = None
        self.closed = Closed()
        self._path = path
        self._vault_id = header.vault_id
        self._progress = progress
        self._keys: dict[str, CaseKey] = {}
        self._destroyed: set[str] = set()
        self._unopened: dict[str, str] = {}

    def run(self, replica_key: bytes) -> None:
        """Collect faults and counts."""
        self._check_places()
        device = self._read_device(replica_key)
        self.keyring = keyring = self._read_keyring(replica_key)
        if keyring is None:
            return
        reading = self._read_journal(keyring, device.card("", ()).device_id if device else "")
        self._read_ledger(replica_key)
        self._read_keys(keyring, reading.refs)
        authority = self._find_authority(reading.refs)
        self._tell_unopened(reading.refs)
        self._read_records(reading.refs, authority)
        self._read_attachments(Blobs(self._path / "blobs", keyring))
        if authority is not None:
            unsigned = reading.unsigned(authority.devices, self._vault_id)
            self.faults += [f"{each.name} is not signed by its device" for each in unsigned]
            self._check_heads(authority)
            self._read_grants(keyring, device, authority)

    def _check_places(self) -> None:
        for name in ("grants", "blobs", "cache", "drafts"):
            if os.path.lexists(self._path / name):
                self._is_safe(name)
        try:
            folder.check_file(self._path / "lock")
        except FileNotFoundError:
            pass  # the next session that writes makes one
        except StoreError as error:
            self.faults.append(error.message)

    def _is_safe(self, name: str) -> bool:
        try:
            folder.check(self._path / name)
        except StoreError as error:
            there = os.path.lexists(self._path / name)
            self.faults.append(error.message if there else f"folder {name} is missing")
            return False
        return True

    def _read_device(self, replica_key: bytes) -> Device | None:
        try:
            return read_device(self._path, replica_key, self._vault_id)
        except StoreError as error:
            self.faults.append(
                f"device.key: {error.message}; the vault does not open without it, "
                "what it holds stays whole"
            )
            return None

    def _read_keyring(self, replica_key: bytes) -> Keyring | None:
        try:
            return read_keyring(self._path, replica_key, self._vault_id)
        except StoreError as error:
            self.faults.append(f"keyring: {error.message}; nothing can be read without it")
            return None

    def _read_journal(self, keyring: Keyring, ours: str) -> Reading:
        whole = Reading()
        journal = self._path / "journal"
        if not self._is_safe("journal"):
            return whole
        homes = sorted(each for each in journal.iterdir() if is_case_id(each.name))
        for number, home in enumerate(homes):
            self._progress("devices", number, len(homes))
            try:
                part = read_home(home, keyring, ours=home.name == ours)
            except StoreError as error:
                self.faults.append(f"journal of device {home.name[:_SHORT]}: {error.message}")
                continue
            self.faults += part.reading.notices
            whole.refs += part.reading.refs
            whole.claims += part.reading.claims
            self.counts["devices"] += 1
            self.counts["segments"] += part.whole
            self.damaged |= {f"{JOURNAL}/{home.name}/{name}" for name in part.spoilt}
        return whole

    def _read_ledger(self, replica_key: bytes) -> None:
        try:
            ledger = read_ledger(self._path / LEDGER, envelope_of(replica_key, self._vault_id))
        except FileNotFoundError:
            return
        except (StoreError, ShapeError) as error:
            self.faults.append(f"{LEDGER}: {error.message}; what was destroyed here is not known")
            return
        done = (each for each in ledger.values() if each.done)
        self._destroyed.update(key_id for each in done for key_id in each.keys)

    def _tell_unopened(self, refs: Iterable[FrameRef]) -> None:
        """Name the key files that do not open, but for those that a shred destroyed."""
        sealed = Counter[str]()
        for ref in refs:
            sealed[ref.key_id] += 1
            if ref.key_id in self._unopened and ref.key_id in self._destroyed:
                self.counts["destroyed records"] += 1
                self.closed.destroyed(ref.device, ref.change_id)
        for key_id, reason in self._unopened.items():
            if key_id not in self._destroyed:
                self.faults.append(f"{reason}; {changes(sealed[key_id])} stay closed")
                self.damaged.add(f"{KEYS}/{key_id}")

    def _read_keys(self, keyring: Keyring, refs: Iterable[FrameRef]) -> None:
        sealed = {ref.key_id for ref in refs}
        folder_of_keys = self._path / "keys"
        here = folder_of_keys.iterdir() if self._is_safe("keys") else ()
        for key_id in sorted({each.name for each in here if is_case_id(each.name)} | sealed):
            if key_id in self._destroyed:  # also where somebody put its file back
                self._unopened[key_id] = ""
                continue
            try:
                key = load_case_key(folder_of_keys, key_id, keyring)
            except StoreError as error:
                self._unopened[key_id] = error.message
                continue
            self._keys[key_id] = key
            self.case_keys[key.case_id] = (*self.case_keys.get(key.case_id, ()), key)
            self.counts["key files"] += 1

    def _find_authority(self, refs: Iterable[FrameRef]) -> Authority | None:
        """Return who may sign, from the vault log; None without record 0."""
        first = next((ref for ref in refs if ref.change_id == self._vault_id.hex()), None)
        log_key = self._keys.get(first.key_id) if first else None
        if log_key is None:
            self.faults.append("record 0 cannot be read: no signature can be checked")
            return None
        self.roster = roster = Roster(self._vault_id, log_key.case_id)
        log: dict[str, Entry] = {}
        for ref in refs:
            roster.chain(ref.file.link)
            key = self._keys.get(ref.key_id)
            change = self._decode(ref, key) if key and key.case_id == roster.log_id else None
            if change is not None:
                log[change.id] = Entry(change, ref.file.link)
                roster.add(log[change.id])
        authority = roster.authority()
        counting = (
            each.change
            for each in log.values()
            if authority.accepts(each.link) and authority.vouches(each.change)
        )
        self._destroyed |= standing_keys(fold(roster.log_id, counting, authority))
        return authority

    def _read_records(self, refs: Sequence[FrameRef], authority: Authority | None) -> None:
        cases = set()
        for number, ref in enumerate(refs):
            self._progress("records", number, len(refs))
            key = self._keys.get(ref.key_id)
            if key is None:
                continue  # its key is named already
            change = self._decode(ref, key)
            name = f"record {ref.change_id[:_SHORT]} of case {key.case_id[:_SHORT]}"
            if change is None:
                self.faults.append(f"{name} does not open")
            elif authority is not None and not authority.vouches(change):
                self.faults.append(f"{name} is not signed by a known device")
            else:
                cases.add(change.case_id)
                self.closed.read(change)
                self.counts["records"] += 1
                self.attached |= dict.fromkeys(change.attachments, change.case_id)
        self.counts["cases"] = len(cases - {authority.log_id if authority else ""})

    def _decode(self, ref: FrameRef, key: CaseKey | None) -> Change | None:
        try:
            return decode(ref, key, self._vault_id)
        except DamagedError:
            return None

    def _read_attachments(self, blobs: Blobs) -> None:
        for number, (blob_id, case_id) in enumerate(sorted(self.attached.items())):
            self._progress("attachments", number, len(self.attached))
            try:
                for _ in blobs.pieces(blob_id, self.case_keys[case_id]):
                    pass
            except StoreError as error:
                name = f"attachment {visible(blob_id[:_SHORT])} of case {case_id[:_SHORT]}"
                self.faults.append(f"{name}: {error.message}")
                self.damaged.add(blob_place(blob_id))
                continue
            self.counts["attachments"] += 1

    def _check_heads(self, authority: Authority) -> None:
        for device, card in authority.devices.items():
            home = self._path / JOURNAL / device
            names = damaged_heads(home, card, self._vault_id) if home.is_dir() else []
            self.damaged |= {f"{JOURNAL}/{device}/{name}" for name in names}

    def _read_grants(self, keyring: Keyring, device: Device | None, authority: Authority) -> None:
        path = self._path / "grants"
        cards = authority.devices.values()
        admins = [card for card in cards if GRANTING.intersection(card.roles)]
        here = sorted(path.iterdir()) if path.is_dir() else []
        names = [(each, found) for each in here if (found := GRANT.fullmatch(each.name))]
        held = {(int(found[1]), found[2]) for _, found in names}
        missing = sorted(_due(keyring, authority) - held)
        self.faults += [f"grant {epoch}-{card} is missing" for epoch, card in missing]
        for each, named in names:
            try:
                raw = folder.read(each, LARGEST_GRANT)
                if device and device.card("", ()).device_id.startswith(named[2]):
                    _open_own(raw, keyring, device, admins)
                else:
                    read_age_header(Intake.of([raw]))
                if not is_whole(each.name, raw):
                    raise DamagedError("it is another than its name says")
            except CaseError as error:
                self.faults.append(f"grant {each.name}: {error.message}")
                self.damaged |= set() if is_whole_grant(each) else {f"{GRANTS}/{each.name}"}
                continue
            self.counts["grants"] += 1


def _due(keyring: Keyring, authority: Authority) -> set[tuple[int, str]]:
    """Return the (epoch, short device id) that there must be a grant for."""
    return {
        (epoch, name[:SHORT])
        for epoch, told in authority.epochs.items()
        for name in authority.devices
        if epoch in keyring.epochs and name not in told.without
    }


def _open_own(raw: bytes, keyring: Keyring, device: Device, admins: Iterable[DeviceCard]) -> None:
    """Raise CaseError unless an admin signed the grant and it is the epoch key we hold."""
    for admin in admins:
        try:
            grant = open_grant(raw, keyring.vault_id, device, admin)
        except DamagedError:
            continue
        if keyring.epochs.get(grant.epoch) == grant.key:
            return
    raise DamagedError("it grants nothing that this machine knows")
