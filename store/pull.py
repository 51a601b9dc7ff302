"""Taking from a medium what this replica lacks: every byte is checked before it is filed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from store import roll, segment
from store.admission import Admission, ForeignError, WaitingError, digest_of
from store.chain import (
    CLOSED,
    HEADS,
    SEGMENT,
    Link,
    closed_names,
    fork_notice,
    forked_at,
    keep_head,
    segment_name,
)
from store.change import Change
from store.device import DeviceCard
from store.errors import DamagedError
from store.head import LARGEST as LARGEST_HEAD
from store.head import NAME as HEAD
from store.head import Head, parse_head
from store.healing import Healing, listed
from store.journal import FrameRef
from store.ledger import Ledger
from store.medium import JOURNAL, Medium, copies, devices
from store.offers import Offers
from store.replica import Replica, not_let_in
from store.rolls import Rolls
from store.roster import Authority, Entry, Roster
from store.shred import named_keys
from store.sync_report import Notes

LARGEST: Final = 32 * 1024 * 1024  # bytes of a segment: 512 KiB and one frame of 16 MiB at most
_OURS: Final = re.compile(f"{SEGMENT.pattern}|{HEADS.pattern}|{roll.NAME.pattern}")
_SHORT: Final = 8  # digits of an id that are enough to tell it

Heads = dict[str, dict[str, Head]]
"""Heads by device and by name of their file."""


class Pull:
    """One pull. `changes` are the records that came and where they lie, `new` their segments.

    Of the files here that are `damaged` (`journal/<device>/<name>`, `keys/<id>`, ...) whole copies
    are taken and the damaged ones set aside; so of what was here and is gone.
    A device that is not enrolled is left on the medium: once it is enrolled, the next pull takes
    what it wrote. Nothing is deleted here because a medium lacks it.
    """

    def __init__(
        self,
        replica: Replica,
        medium: Medium,
        roster: Roster | None,
        notes: Notes,
        damaged: frozenset[str] = frozenset(),
    ) -> None:
        self.changes: list[tuple[Change, FrameRef]] = []
        self.new: set[str] = set()
        self.heads: Heads = {}
        self._notes = notes
        self._healing = Healing(replica, damaged, notes)
        self._round = Notes()
        self._replica = replica
        self._journal = replica.path / JOURNAL
        self._medium = medium
        self._roster = roster
        self._rolls = Rolls(medium)
        gone = Ledger.of(replica).gone
        self._admission = Admission(replica, medium, replica.keyring, gone)
        self._offers = Offers(replica, medium, self._healing, notes)
        self._known: set[str] = set()
        self._used: set[str] = set()
        self._spoilt: set[str] = set()

    @property
    def healed(self) -> frozenset[str]:
        """What was damaged or gone here, and is whole now."""
        return frozenset(self._healing.healed)

    def run(self) -> Authority:
        """File what is new; return who belongs to the vault then.

        `heads` are then those that their devices signed. Raises NotEnrolledError where this
        device cannot read anything yet, DiskError.
        """
        claimed = {device: dict(self._claimed(device)) for device in devices(self._medium)}
        self._offers.read()
        roster = self._roster or self._begin(claimed)
        progress = True
        while progress:
            self._round = Notes()
            authority = roster.authority()
            self._admission.named = _named(roster, authority)
            keyring = self._admission.keyring
            self._admission.keyring = self._offers.added(keyring, authority)
            progress = self._admission.keyring is not keyring
            for device in sorted(authority.devices.keys() & claimed.keys()):
                card = authority.devices[device]
                progress = self._take(card, claimed[device], roster) or progress
        authority = roster.authority()
        self._conclude(claimed, authority)
        return authority

    def fetch(self, keys: Iterable[str]) -> bool:
        """Take keys that are wanted here and on the medium; return whether one came."""
        return sum(self._admission.fetch(key_id) for key_id in keys) > 0

    @property
    def refused(self) -> Mapping[str, str]:
        """The case of each key that turned up and was not taken: the case was destroyed here."""
        return self._admission.refused

    def _claimed(self, device: str) -> Iterator[tuple[str, Head]]:
        """Yield what may be heads of a device."""
        for name, raw in copies(self._medium, f"{JOURNAL}/{device}", HEAD, LARGEST_HEAD):
            try:
                yield name, parse_head(raw)
            except DamagedError as error:
                self._notes.tell("damaged", f"{name} of device {device[:_SHORT]}: {error.message}")
            else:
                self._used.add(f"{device}/{name}")

    def _begin(self, claimed: Heads) -> Roster:
        """Return the roster that record 0 begins; raise NotEnrolledError without a key to it.

        The vault id is the hash of record 0, so nobody else's can be taken for it.
        """
        for keyring in self._offers.keyrings():
            admission = Admission(self._replica, self._medium, keyring)
            for device, heads in claimed.items():
                for raw, link in self._chain(device, listed(heads.values()), set()):
                    record_0 = admission.first(raw, link) if link.seq == 1 else None
                    if record_0 is not None:
                        roster = Roster(self._replica.vault_id, record_0.case_id)
                        roster.add(Entry(record_0, link))
                        return roster
        raise not_let_in()

    def _take(self, card: DeviceCard, claimed: dict[str, Head], roster: Roster) -> bool:
        """File the segments of a device that its heads name and this replica lacks."""
        device, vault_id = card.device_id, self._replica.vault_id
        signed = {
            name: head
            for name, head in claimed.items()
            if head.is_signed_by(card.signing, vault_id)
        }
        for name in claimed.keys() - signed.keys():
            self._round.tell("refused", f"{name} of device {device[:_SHORT]} is not signed by it")
        self.heads[device] = signed
        here, lost = self._healing.segments(device), self._healing.lost(card, roster)
        found = [
            link
            for raw, link in self._chain(device, listed(signed.values()) | lost, here)
            if self._admit(raw, link, card, roster, again=(link.seq, link.digest) in lost)
        ]
        return bool(found)

    def _chain(
        self, device: str, named: set[tuple[int, str]], here: set[str]
    ) -> Iterator[tuple[bytes, Link]]:
        """Yield the segments that are `named` and not `here`, the last first, to the first.

        Each segment names the one before it: that is how those are found that no head lists.
        """
        seen, wanted = {*named}, sorted(named)
        while wanted:
            seq, digest = wanted.pop()
            if segment_name(seq, digest) in here:
                self._known.add(digest)
                continue
            raw = self._fetch(device, seq, digest)
            if raw is None:
                continue
            before = (seq - 1, raw[segment.PREVIOUS].hex())
            if before[0] > 0 and len(raw) > segment.HEADER_SIZE and before not in seen:
                seen.add(before)
                wanted.append(before)
            yield raw, Link(device, seq, digest, before[1])

    def _fetch(self, device: str, seq: int, digest: str) -> bytes | None:
        """Return a segment that is what its head says, also one that a mover renamed."""
        home, stem = f"{JOURNAL}/{device}", segment_name(seq, digest)
        name = f"segment {stem} of device {device[:_SHORT]}"
        spoilt = False
        for each, raw in copies(self._medium, home, stem, LARGEST, CLOSED):
            if digest_of(raw) == digest:
                self._used.add(f"{device}/{each}")
                return raw
            spoilt = True
        rolled = self._rolls.segment(home, stem)
        if rolled is not None and digest_of(rolled) == digest:
            return rolled
        if spoilt:
            self._spoilt.add(f"{home}/{stem}{CLOSED}")
            self._round.tell("damaged", f"{name}: the copy is damaged; copy it again")
        else:
            self._round.tell("waiting", f"{name} is not on the medium yet")
        return None

    def _admit(
        self, raw: bytes, link: Link, card: DeviceCard, roster: Roster, *, again: bool
    ) -> bool:
        """File a segment if it proves itself; else say why not. `again`: it was here before."""
        name = f"segment {link.name} of device {link.device[:_SHORT]}"
        try:
            changes = self._admission.read(raw, link, card)
        except WaitingError as error:
            self._round.tell("waiting", f"{name}: {error.message}")
            return False
        except ForeignError as error:
            self._round.tell("refused", f"{name}: {error.message}")
            return False
        except DamagedError as error:
            self._round.tell("waiting", f"{name} needs a newer version: {error.message}")
            return False
        place = f"{JOURNAL}/{link.device}/{link.name}{CLOSED}"
        self._healing.file(place, raw, name, again=again)
        roster.chain(link)
        self.changes += changes
        for change, _ in changes:
            if change.case_id == roster.log_id:
                roster.add(Entry(change, link))
        if not again:
            self._notes.arrive(link.device, len(changes))
        self.new.add(link.digest)
        return True

    def _conclude(self, claimed: Heads, authority: Authority) -> None:
        """Keep keys, grants and heads, and name what could not be taken."""
        self._notes.told += self._round.told
        self._notes.duplicate = len(self._known - self.new)
        self._offers.keep(authority)
        self._healing.keys(self._admission)
        for device in sorted(claimed):
            if device in authority.devices:
                self._keep_heads(device)
            else:
                self._notes.tell("unknown", f"device {device} is not enrolled: left on the medium")
            for name in sorted(self._medium.names(f"{JOURNAL}/{device}")):
                if not _OURS.fullmatch(name) and f"{device}/{name}" not in self._used:
                    self._notes.tell("ignored", f"{name} beside device {device[:_SHORT]}")
        for name in sorted(self._spoilt | self._offers.spoilt):
            self._medium.set_aside(name)  # so that who has it whole copies it again

    def _keep_heads(self, device: str) -> None:
        """Keep each head whose segments are all here; of a forked device one for each branch."""
        home = self._journal / device
        here = closed_names(home)
        whole = [
            head
            for head in self.heads[device].values()
            if head.segments and all(segment_name(*each) in here for each in head.segments)
        ]
        if whole:
            self._healing.heads(device)
        for head in whole:
            keep_head(home, head)
        ours, new = device == self._replica.device_id, device in self._notes.arrived
        seq = forked_at(here)
        if seq and (ours or new):
            self._notes.tell("forked", fork_notice(device, seq))
        elif ours and new:
            self._notes.tell(
                "forked", "this device's own changes came back: the vault here was an older copy"
            )


def _named(roster: Roster, authority: Authority) -> frozenset[str]:
    """Return the keys that shreds name whose author may order any, cancelled ones too."""
    changes = roster.changes()
    ops = (op for each in changes for op in each.ops if authority.permits(each, op))
    return frozenset(named_keys(ops))
