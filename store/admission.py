"""Checking a segment that somebody else wrote: each signature, each seal, each id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from store import folder, segment, signing
from store.casekey import SIZE as KEY_FILE_SIZE
from store.casekey import CaseKey, load_case_key, open_case_key
from store.chain import CLOSED, Link
from store.change import Change
from store.device import DeviceCard
from store.errors import DamagedError, StoreError
from store.frame import Body
from store.journal import FrameRef, SegmentFile
from store.keyring import Keyring
from store.medium import JOURNAL, Medium, get
from store.record import read_body
from store.replica import Replica
from store.role import ADMIN
from store.roster import founder
from store.segment import Frame, SegmentCipher, SegmentHeader
from store.shred import NOTHING, Gone, named_keys

KEYS = "keys"


class WaitingError(StoreError):
    """What it needs is not here yet."""


class ForeignError(StoreError):
    """It is whole, and not what it should be: of another vault, or not signed by its device."""


@dataclass(slots=True)
class Admission:
    """Checks segments with the epoch keys of `keyring` and the case keys here or on the medium.

    No key of what is `gone` is taken; those that turned up are in `refused`, with their cases. A
    frame stays closed for want of a key that an admin's shred names: those in `named`, or one in
    the same segment.
    """

    replica: Replica
    medium: Medium
    keyring: Keyring
    gone: Gone = NOTHING
    named: frozenset[str] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)
    _keys: dict[str, CaseKey] = field(default_factory=dict)

    def read(self, raw: bytes, link: Link, card: DeviceCard) -> list[tuple[Change, FrameRef]]:
        """Return the changes in a segment of the device of that `card`, and where they will lie.

        Raises ForeignError, WaitingError, and DamagedError for a form that this version can't read.
        """
        header = self._header(raw, link)
        claim = segment.closing_claim(raw, header)
        vault_id = self.keyring.vault_id
        if claim is None or not signing.is_signed(card.signing, "segment", vault_id, claim):
            raise ForeignError("it is not signed by its device")
        path = self.replica.path / JOURNAL / link.device / f"{link.name}{CLOSED}"
        file = SegmentFile(path, SegmentCipher(header, self._keys_of(header)), None, link.digest)
        found, absent = [], dict[str, WaitingError]()
        for frame, body in _bodies(file.cipher, raw):
            try:
                found.append((self._change(body, link, card), file.ref(frame, body)))
            except WaitingError as error:
                absent[body.key_id] = error
        destroyed = self.gone.keys | self.refused.keys() | self.named | _shredded(found, card)
        for key_id, missing in absent.items():
            if key_id not in destroyed:
                raise missing
        return found

    def first(self, raw: bytes, link: Link) -> Change | None:
        """Return record 0 where a segment begins with it, whoever wrote it."""
        try:
            header = self._header(raw, link)
            cipher = SegmentCipher(header, self._keys_of(header))
            _, body = next(_bodies(cipher, raw), (None, None))
            if body is None or body.change_id != self.keyring.vault_id.hex():
                return None
            change = read_body(body, self._key(body.key_id), self.keyring.vault_id, link.device)
        except StoreError:
            return None
        return change if founder(change) else None

    def heal(self, key_id: str) -> None:
        """File a case key of the medium's where there is none that opens; raise WaitingError."""
        self._key(key_id)

    def _header(self, raw: bytes, link: Link) -> SegmentHeader:
        header = segment.parse_header(raw)
        place = (header.vault_id, header.device, header.seq)
        if place != (self.keyring.vault_id, link.device, link.seq):
            raise ForeignError("it is of another vault or device")
        return header

    def _keys_of(self, header: SegmentHeader) -> Keyring:
        if header.epoch not in self.keyring.epochs:
            raise WaitingError(f"no key for epoch {header.epoch} was granted to this device yet")
        return self.keyring

    def _change(self, body: Body, link: Link, card: DeviceCard) -> Change:
        vault_id = self.keyring.vault_id
        try:
            change = read_body(body, self._key(body.key_id), vault_id, link.device)
        except DamagedError as error:
            raise ForeignError(f"record {body.change_id[:8]}: {error.message}") from None
        zero = change.id == vault_id.hex()
        if not (founder(change) if zero else change.is_signed(card.signing, vault_id)):
            raise ForeignError(f"record {body.change_id[:8]} is not signed by its device")
        return change

    def _key(self, key_id: str) -> CaseKey:
        """Return a case key; one that only the medium has is filed here."""
        if key_id not in self._keys:
            self._keys[key_id] = self._find_key(key_id)
        return self._keys[key_id]

    def _find_key(self, key_id: str) -> CaseKey:
        path = self.replica.path / KEYS
        if key_id in self.gone.keys:
            raise _destroyed(key_id)
        try:
            return load_case_key(path, key_id, self.keyring)
        except DamagedError:
            pass
        try:
            raw = get(self.medium, f"{KEYS}/{key_id}", KEY_FILE_SIZE)
            if raw is None:
                raise WaitingError(f"case key {key_id[:8]} is not on the medium yet")
            key = open_case_key(raw, key_id, self.keyring)
        except DamagedError:
            self.medium.set_aside(f"{KEYS}/{key_id}")
            raise WaitingError(f"the copy of case key {key_id[:8]} is damaged") from None
        if key.case_id in self.gone.cases:
            self.refused[key_id] = key.case_id
            raise _destroyed(key_id)
        folder.set_aside(path / key_id)
        folder.write(path / key_id, raw)
        return key

    def fetch(self, key_id: str) -> bool:
        """Take a key that is not here from the medium; return whether it came."""
        try:
            self._find_key(key_id)
        except WaitingError:
            return False
        return True


def _bodies(cipher: SegmentCipher, raw: bytes) -> Iterator[tuple[Frame, Body]]:
    for frame in cipher.walk(raw):
        if frame.body is None:
            raise ForeignError("one of its changes does not open")
        yield frame, frame.body


def _shredded(found: list[tuple[Change, FrameRef]], card: DeviceCard) -> frozenset[str]:
    """Return the keys that shreds in these records name, where their device may order any."""
    if ADMIN not in card.roles:
        return frozenset()
    ops = (op for change, _ in found if change.role == ADMIN for op in change.ops)
    return frozenset(named_keys(ops))


def _destroyed(key_id: str) -> WaitingError:
    return WaitingError(f"case key {key_id[:8]} was destroyed here")


def digest_of(raw: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()
