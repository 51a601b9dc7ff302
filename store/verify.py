"""Reading a whole vault to say what of it is damaged, and what the damage leaves readable."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import CaseError
from models.strictjson import JSON
from models.text import visible
from store import folder
from store.age.header import read_header as read_age_header
from store.age.intake import Intake
from store.blob import Blobs
from store.casekey import CaseKey, load_case_key
from store.chain import CLOSED
from store.change import Change, is_case_id
from store.device import Device, DeviceCard
from store.errors import DamagedError, StoreError
from store.grant import LARGEST as LARGEST_GRANT
from store.grant import NAME as GRANT
from store.grant import SHORT, is_whole, open_grant
from store.head import NAME as HEAD
from store.header import LARGEST, Header, parse_header, unlock
from store.journal import FrameRef, Reading, read_head, read_segment, segment_places
from store.keyring import Keyring
from store.record import decode
from store.replica import OWN_FILE, device_envelope, keyring_envelope
from store.role import GRANTING
from store.roster import Authority, Entry, Roster
from store.state import Watch

COUNTED: Final = (
    "devices",
    "segments",
    "records",
    "cases",
    "key files",
    "grants",
    "attachments",
)
_ASIDE: Final = "*.damaged"
_NO_HASH: Final = bytes(32)
_SHORT: Final = 8  # digits of an id that are enough to tell it

Progress = Callable[[str, int, int], None]
"""Told what is being read, how many of them are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults`: one line for each damaged item. `counts`: what was read and is whole, by kind.

    `notice` is one line, empty unless this is an older copy than the one last opened here.
    """

    vault_id: str
    faults: tuple[str, ...]
    counts: Mapping[str, int]
    notice: str

    def as_json(self) -> dict[str, JSON]:
        """Return the verdict for scripts."""
        whole: dict[str, JSON] = {name.replace(" ", "_"): self.counts[name] for name in COUNTED}
        return {"vault": self.vault_id, "damaged": [*self.faults], "whole": whole}


def verify(path: Path, passphrase: bytearray, progress: Progress) -> Verdict:
    """Read everything in a vault but its caches; changes nothing in it and takes no lock.

    Raises what keeps even that from being done: NotAVaultError, WrongPassphraseError,
    DamagedError (the header), StoreError (an unsafe folder, a newer format).
    """
    folder.check(path)
    raw = folder.read_part(path / "header", LARGEST)
    header = parse_header(raw)
    key = unlock(raw, header, passphrase)
    search = _Search(path, header, progress)
    search.run(key)
    counts = {name: search.counts[name] for name in COUNTED}
    notice = Watch(path, header, key).notice
    return Verdict(header.vault_id.hex(), tuple(search.faults), counts, notice)


class _Search:
    """One reading of a vault, from its own keys outwards."""

    def __init__(self, path: Path, header: Header, progress: Progress) -> None:
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self._path = path
        self._vault_id = header.vault_id
        self._progress = progress
        self._keys: dict[str, CaseKey] = {}
        self._case_keys: dict[str, tuple[CaseKey, ...]] = {}
        self._attached: dict[str, str] = {}

    def run(self, replica_key: bytes) -> None:
        """Collect faults and counts."""
        self._check_places()
        device = self._read_device(replica_key)
        keyring = self._read_keyring(replica_key)
        if keyring is None:
            return
        reading = self._read_journal(keyring)
        self._read_keys(keyring, reading.refs)
        authority = self._find_authority(reading.refs)
        self._read_records(reading.refs, authority)
        self._read_attachments(Blobs(self._path / "blobs", keyring))
        if authority is not None:
            self._check_claims(reading, authority)
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
        envelope = device_envelope(replica_key, self._vault_id)
        try:
            raw = folder.read_part(self._path / "device.key", OWN_FILE)
            return Device.load(envelope.unseal(raw))
        except StoreError as error:
            self.faults.append(
                f"device.key: {error.message}; the vault does not open without it, "
                "what it holds stays whole"
            )
            return None

    def _read_keyring(self, replica_key: bytes) -> Keyring | None:
        envelope = keyring_envelope(replica_key, self._vault_id)
        try:
            raw = folder.read_part(self._path / "keyring", OWN_FILE)
            return Keyring.load(self._vault_id, envelope.unseal(raw))
        except StoreError as error:
            self.faults.append(f"keyring: {error.message}; nothing can be read without it")
            return None

    def _read_journal(self, keyring: Keyring) -> Reading:
        whole = Reading()
        journal = self._path / "journal"
        if not self._is_safe("journal"):
            return whole
        homes = sorted(each for each in journal.iterdir() if is_case_id(each.name))
        for number, home in enumerate(homes):
            self._progress("devices", number, len(homes))
            try:
                part, count = _read_home(home, keyring)
            except StoreError as error:
                self.faults.append(f"journal of device {home.name[:_SHORT]}: {error.message}")
                continue
            self.faults += part.notices
            whole.refs += part.refs
            whole.claims += part.claims
            self.counts["devices"] += 1
            self.counts["segments"] += count
        return whole

    def _read_keys(self, keyring: Keyring, refs: Iterable[FrameRef]) -> None:
        sealed = Counter(ref.key_id for ref in refs)
        folder_of_keys = self._path / "keys"
        here = folder_of_keys.iterdir() if self._is_safe("keys") else ()
        for key_id in sorted({each.name for each in here if is_case_id(each.name)} | {*sealed}):
            try:
                key = load_case_key(folder_of_keys, key_id, keyring)
            except StoreError as error:
                self.faults.append(f"{error.message}; {_changes(sealed[key_id])} stay closed")
                continue
            self._keys[key_id] = key
            self._case_keys[key.case_id] = (*self._case_keys.get(key.case_id, ()), key)
            self.counts["key files"] += 1

    def _find_authority(self, refs: Iterable[FrameRef]) -> Authority | None:
        """Return who may sign, from the vault log; None without record 0."""
        first = next((ref for ref in refs if ref.change_id == self._vault_id.hex()), None)
        log_key = self._keys.get(first.key_id) if first else None
        if log_key is None:
            self.faults.append("record 0 cannot be read: no signature can be checked")
            return None
        roster = Roster(self._vault_id, log_key.case_id)
        for ref in refs:
            roster.chain(ref.file.link)
            key = self._keys.get(ref.key_id)
            change = self._decode(ref, key) if key and key.case_id == roster.log_id else None
            if change is not None:
                roster.add(Entry(change, ref.file.link))
        return roster.authority()

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
                self.counts["records"] += 1
                self._note_attachments(change)
        self.counts["cases"] = len(cases - {authority.log_id if authority else ""})

    def _decode(self, ref: FrameRef, key: CaseKey | None) -> Change | None:
        try:
            return decode(ref, key, self._vault_id)
        except DamagedError:
            return None

    def _note_attachments(self, change: Change) -> None:
        for op in change.ops:
            match op.kind, op.value:
                case "blob", {"blob": str(blob_id)}:
                    self._attached[blob_id] = change.case_id
                case _:
                    pass

    def _read_attachments(self, blobs: Blobs) -> None:
        for number, (blob_id, case_id) in enumerate(sorted(self._attached.items())):
            self._progress("attachments", number, len(self._attached))
            try:
                for _ in blobs.pieces(blob_id, self._case_keys[case_id]):
                    pass
            except StoreError as error:
                name = f"attachment {visible(blob_id[:_SHORT])} of case {case_id[:_SHORT]}"
                self.faults.append(f"{name}: {error.message}")
                continue
            self.counts["attachments"] += 1

    def _check_claims(self, reading: Reading, authority: Authority) -> None:
        for claim in reading.claims:
            card = authority.devices.get(claim.device)
            if card is None or not claim.is_signed_by(card.signing, self._vault_id):
                self.faults.append(f"{claim.name} is not signed by its device")

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
                continue
            self.counts["grants"] += 1


def _read_home(home: Path, keyring: Keyring) -> tuple[Reading, int]:
    """Return a device's journal and how many segments are whole; its writer may be at work."""
    before: list[str] = []
    found, whole = _read_segments(home, keyring)
    while found.damaged and before != (before := _names(home)):
        found, whole = _read_segments(home, keyring)
    return found, whole


def _read_segments(home: Path, keyring: Keyring) -> tuple[Reading, int]:
    folder.check(home)
    found, hashes, whole = Reading(), [_NO_HASH], 0
    device = home.name[:_SHORT]
    for place in segment_places(home, found):
        one = Reading()
        read_segment(place, keyring, hashes, one)
        found.refs += one.refs
        found.claims += one.claims
        for notice in one.notices:
            found.blame(f"{notice}; {_changes(len(one.refs))} of it open")
        whole += not one.damaged
    read_head(home, hashes, found)
    if not os.path.lexists(home / HEAD) and any(home.glob(f"*{CLOSED}")):
        found.blame(f"head of device {device} is missing")
    for aside in sorted(home.glob(_ASIDE)):
        found.blame(f"segment {visible(aside.stem)} of device {device} was set aside as damaged")
    return found, whole


def _due(keyring: Keyring, authority: Authority) -> set[tuple[int, str]]:
    """Return the (epoch, short device id) that there must be a grant for."""
    return {
        (epoch, name[:SHORT])
        for epoch, told in authority.epochs.items()
        for name in authority.devices
        if epoch in keyring.epochs and name not in told.without
    }


def _names(home: Path) -> list[str]:
    return sorted(each.name for each in home.glob("*"))


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


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'}"
