"""Who belongs to a vault, and which of their segments count: worked out of the vault log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from store.chain import Link
from store.change import Change, Op
from store.device import DeviceCard, parse_card
from store.role import (
    ADOPTION_FIELD,
    DEVICE_FIELD,
    EPOCH_FIELD,
    RECOVERY,
    REMOVAL_FIELD,
    allows,
)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_Pins = dict[str, set[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the vault log, and the segment that it came in."""

    change: Change
    link: Link


@dataclass(frozen=True, slots=True)
class Epoch:
    """What the vault log says of an epoch: the hash of its key, and who was not given it."""

    sha256: str
    without: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authority:
    """The devices of a vault, by id, as the vault log enrols them.

    Of a device in `removed` only the segments with those SHA-256 (hex) count. `epochs` are those
    that an admin opened.
    """

    vault_id: bytes
    log_id: str
    devices: Mapping[str, DeviceCard]
    removed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    epochs: Mapping[int, Epoch] = field(default_factory=dict)

    def accepts(self, link: Link) -> bool:
        """Whether what stands in a segment counts; else it is quarantined."""
        return link.device not in self.removed or link.digest in self.removed[link.device]

    def permits(self, change: Change, op: Op) -> bool:
        """Whether an op counts: its device is enrolled with the role, and the role may do it."""
        if change.id == self.vault_id.hex():
            return True
        card = self.devices.get(change.device)
        in_log = change.case_id == self.log_id
        enrolled = card is not None and change.role in card.roles
        return enrolled and allows(change.role, op.kind, op.field, in_log=in_log)

    def vouches(self, change: Change) -> bool:
        """Whether an enrolled device signed the change."""
        if change.id == self.vault_id.hex():
            return founder(change) is not None
        card = self.devices.get(change.device)
        return card is not None and change.is_signed(card.signing, self.vault_id)

    def commits_to(self, epoch: int, sha256: str) -> bool:
        """Whether an admin opened that epoch with the key of that hash."""
        return epoch in self.epochs and self.epochs[epoch].sha256 == sha256


class Roster:
    """The records of the vault log as they come in, in any order."""

    def __init__(self, vault_id: bytes, log_id: str) -> None:
        self._vault_id = vault_id
        self.log_id = log_id
        self._entries: dict[tuple[str, str], Entry] = {}
        self._links: dict[str, Link] = {}

    def add(self, entry: Entry) -> None:
        """Take in a record; its signature is checked later, against what the others say."""
        self._entries[entry.change.id, entry.link.digest] = entry

    def chain(self, link: Link) -> None:
        """Take in a segment, whatever is in it: pins name segments."""
        if link.digest:  # a growing one can't be named
            self._links[link.digest] = link

    def links(self, device: str) -> list[Link]:
        """Return the segments of a device that it was told of, by number."""
        found = (each for each in self._links.values() if each.device == device)
        return sorted(found, key=lambda each: (each.seq, each.digest))

    def gaps(self, device: str) -> set[tuple[int, str]]:
        """Return (number, SHA-256) of each segment that one of the device names and nobody has."""
        named = {(each.seq - 1, each.previous) for each in self.links(device) if each.seq > 1}
        return {each for each in named if each[1] not in self._links}

    def changes(self) -> tuple[Change, ...]:
        """Return the records, counting or not."""
        return tuple(each.change for each in self._entries.values())

    def authority(self) -> Authority:
        """Return who belongs to the vault; the same for the same records and segments.

        A removal by an admin counts even where that admin is removed too, so two that remove
        each other are both out. Only a removal by the recovery key keeps another from counting.
        Source: docs/format-vault.md, "Removal".
        """
        entries = sorted(self._entries.values(), key=lambda each: each.change.place)
        anybody = self._enrolled(entries)
        keys = {name for name, card in anybody.devices.items() if RECOVERY in card.roles}
        keys &= {*self._founders(entries)}
        pins = _pins(anybody, [each for each in entries if each.change.device in keys], keys)
        entries = self._standing(entries, self._counted(pins))
        pins = _pins(self._enrolled(entries), entries, keys)
        return self._adopted(entries, self._counted(pins))

    def _adopted(self, entries: list[Entry], counted: dict[str, frozenset[str]]) -> Authority:
        """Return the authority once every adoption that counts was carried out."""
        while True:
            standing = self._standing(entries, counted)
            found = self._enrolled(standing)
            adopted = _adoptions(found, standing)
            more = {name: counted[name] | adopted for name in counted}
            if more == counted:
                epochs = _epochs(found, standing)
                return Authority(self._vault_id, self.log_id, found.devices, counted, epochs)
            counted = more

    def _standing(self, entries: list[Entry], counted: Mapping[str, frozenset[str]]) -> list[Entry]:
        gate = Authority(self._vault_id, self.log_id, {}, counted)
        return [each for each in entries if gate.accepts(each.link)]

    def _counted(self, pins: _Pins) -> dict[str, frozenset[str]]:
        """Return the segments up to every one of a device's pins, by device."""
        return {
            device: frozenset.intersection(*(self._chain(device, *each) for each in found))
            for device, found in pins.items()
        }

    def _chain(self, device: str, seq: int, digest: str) -> frozenset[str]:
        """Return the segments of a device up to the one of that number and SHA-256.

        Where one on the way is not here, nobody can tell which it followed on: all of a lower
        number counts until it comes. It may be damaged, or under an epoch that what comes before
        it says more of: else one missing segment of who founded the vault would close it.
        """
        found = set()
        while (link := self._links.get(digest)) is not None and link.device == device:
            found.add(digest)
            seq, digest = link.seq - 1, link.previous
        if seq > 0:
            found |= {each.digest for each in self.links(device) if each.seq < seq}
        return frozenset(found)

    def _enrolled(self, entries: Iterable[Entry]) -> Authority:
        """Return the devices that these records enrol, checking each signature.

        Record 0 founds the rest: its hash is the vault id.
        """
        devices: dict[str, DeviceCard] = {}
        found = Authority(self._vault_id, self.log_id, devices)
        for entry in entries:
            if found.vouches(entry.change):
                ops = [op for op in entry.change.ops if found.permits(entry.change, op)]
                for name, card in _cards(ops).items():
                    devices.setdefault(name, card)
        return found

    def _founders(self, entries: Iterable[Entry]) -> dict[str, DeviceCard]:
        first = (each.change for each in entries if each.change.id == self._vault_id.hex())
        return _cards(op for change in first for op in change.ops)


def founder(change: Change) -> DeviceCard | None:
    """Return the device that signed a record 0, which names it; None where it did not."""
    card = _cards(change.ops).get(change.device)
    return card if card and change.is_signed(card.signing, bytes(32)) else None


def _cards(ops: Iterable[Op]) -> dict[str, DeviceCard]:
    found = {}
    for op in ops:
        card = parse_card(op.value) if op.field.startswith(DEVICE_FIELD) else None
        if card is not None and op.field == DEVICE_FIELD + card.device_id:
            found[card.device_id] = card
    return found


def _ops(authority: Authority, entries: Iterable[Entry], family: str) -> Iterable[Op]:
    """Yield the ops of one family that somebody enrolled for it signed."""
    for entry in entries:
        if authority.vouches(entry.change):
            for op in entry.change.ops:
                if op.field.startswith(family) and authority.permits(entry.change, op):
                    yield op


def _pins(authority: Authority, entries: Iterable[Entry], keys: set[str]) -> _Pins:
    found: _Pins = {}
    for op in _ops(authority, entries, REMOVAL_FIELD):
        device = op.field.removeprefix(REMOVAL_FIELD)
        match op.value:
            case {"seq": int(seq), "sha256": str(digest)} if device not in keys:
                found.setdefault(device, set()).add((seq, digest))
            case _:
                pass
    return found


def _adoptions(authority: Authority, entries: Iterable[Entry]) -> frozenset[str]:
    fields = (op.field for op in _ops(authority, entries, ADOPTION_FIELD))
    return frozenset(each.removeprefix(ADOPTION_FIELD) for each in fields)


def _epochs(authority: Authority, entries: Iterable[Entry]) -> dict[int, Epoch]:
    found: dict[int, Epoch] = {}
    for op in _ops(authority, entries, EPOCH_FIELD):
        number = op.field.removeprefix(EPOCH_FIELD)
        match op.value:
            case {"sha256": str(digest), **rest} if number.isdecimal() and _DIGEST.fullmatch(
                digest
            ):
                without = rest.get("without")
                names = without if isinstance(without, list) else []
                # the first stands: no later record gives a number another key
                found.setdefault(int(number), Epoch(digest, frozenset(map(str, names))))
            case _:
                pass
    return found
