"""The journal as it is read: every device's segments, and what is wrong with them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from models.text import visible
from store import folder, platform, segment, signing
from store.chain import CLOSED, DIGITS, Link, head_files
from store.change import is_case_id
from store.device import DeviceCard
from store.errors import DamagedError, StoreError
from store.frame import Body
from store.head import LARGEST as LARGEST_HEAD
from store.head import parse_head
from store.keyring import Keyring
from store.roll import Place, rolled
from store.run import Stamp
from store.segment import Frame, SegmentCipher

LARGEST: Final = 4 * 1024**3  # bytes of one segment
OPEN: Final = ".open"
_SALT: Final = 32


@dataclass(slots=True)
class SegmentFile:
    """A segment file that frames are read from; its name changes when it is closed.

    `held` is the content of a live file that its writer may rename at any moment, `digest` the
    SHA-256 (hex) of a closed one. `stamp` is that of the file as it was read, `sound` says that
    nothing was wrong with it. In a roll it has `size` bytes from `start` on.
    """

    path: Path
    cipher: SegmentCipher
    held: bytes | None = None
    digest: str = ""
    stamp: Stamp = (0, 0, 0)
    sound: bool = False
    start: int = 0
    size: int = 0

    @property
    def link(self) -> Link:
        """Its place in the chain of its device."""
        header = self.cipher.header
        return Link(header.device, header.seq, self.digest, header.previous.hex())

    @property
    def name(self) -> str:
        """What it is called when something is said of it."""
        return _name(self.path.parent, self.link.name if self.start else self.path.stem)

    def read(self, offset: int, size: int) -> bytes:
        """Return some of its bytes, fewer where they are gone; its owner may roll it up."""
        try:
            return _read_at(self.path, self.start + offset, size)
        except OSError:
            place = rolled(self.path.parent)[0].get(self.link.name)
        if place is None:
            return b""
        self.path, self.start, self.size = place.path, place.start, place.size
        return _read_at(self.path, self.start + offset, size)

    def ref(self, frame: Frame, body: Body) -> FrameRef:
        """Return where a whole frame lies."""
        ids = body.key_id, body.change_id
        return FrameRef(self, frame.index, frame.offset, frame.size, *ids)


Recall = Callable[[Place], SegmentFile | None]
"""Returns a closed segment that was read before and not touched since."""


@dataclass(frozen=True, slots=True)
class FrameRef:
    """Where one whole frame lies, and the ids that stand beside its record (hex)."""

    file: SegmentFile
    index: int
    offset: int
    size: int
    key_id: str
    change_id: str

    @property
    def device(self) -> str:
        """The device whose segment it is."""
        return self.file.cipher.header.device

    @property
    def place(self) -> tuple[str, int, str, int]:
        """Sorts by device, then as it wrote them: the order in which a journal is read."""
        link = self.file.link
        return link.device, link.seq, link.digest, self.index

    def body(self) -> Body | None:
        """Read the frame again; None when its bytes have changed meanwhile."""
        if self.file.held is not None:
            raw = self.file.held[self.offset : self.offset + self.size]
        else:
            raw = self.file.read(self.offset, self.size)
        return self.file.cipher.open(self.index, raw)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a device signed: what, who, which kind, and the (signature, bytes).

    `file` is the segment that it closes, if it is of one.
    """

    name: str
    device: str
    kind: str
    signed: tuple[bytes, bytes]
    file: SegmentFile | None = None


@dataclass(slots=True)
class Reading:
    """What was found in a journal: whole frames, and one line for each thing that is not.

    `known` are the segments that were not read, as the feed index knows them.
    """

    known: list[SegmentFile] = field(default_factory=list)
    refs: list[FrameRef] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    damaged: bool = False

    def blame(self, notice: str) -> None:
        """Name something that is damaged."""
        self.notices.append(notice)
        self.damaged = True

    def unsigned(self, devices: Mapping[str, DeviceCard], vault_id: bytes) -> Iterator[Claim]:
        """Yield the claims that are not signed by their device, as it is enrolled."""
        for claim in self.claims:
            card = devices.get(claim.device)
            if card is None or not signing.is_signed(
                card.signing, claim.kind, vault_id, claim.signed
            ):
                yield claim


def read_journal(path: Path, keyring: Keyring, recall: Recall) -> Reading:
    """Return the whole frames of all devices; damage is named and the rest is read.

    What `recall` knows is not read: that it is there, as it was, and in its place in the chain is
    all that is asked of it.
    """
    found = Reading()
    for home in sorted(each for each in path.iterdir() if is_case_id(each.name)):
        folder.check(home)
        hashes = [bytes(_SALT)]
        for each in segment_places(home, found):
            known = recall(each) if each.path.suffix != OPEN else None
            if known is None:
                read_segment(each, keyring, hashes, found)
            else:
                _follow(known, hashes, bytes.fromhex(known.digest), found)
                found.known.append(known)
        read_head(home, hashes, found)
    return found


def segment_files(home: Path) -> list[Path]:
    """Return a device's segments in order: the closed ones, then the open."""
    return sorted(
        (each for each in home.iterdir() if each.suffix in {CLOSED, OPEN}),
        key=lambda each: (each.suffix == OPEN, each.name),
    )


def segment_places(home: Path, found: Reading) -> list[Place]:
    """Return where a device's segments lie, in order; name the damaged rolls."""
    places, damaged = rolled(home)
    for path in damaged:
        found.blame(f"roll {path.stem} of device {home.name[:DIGITS]} is damaged")
    for path in segment_files(home):  # a kill between rolling up and deleting leaves both
        places[path.stem] = Place(path, path.stem)
    return sorted(places.values(), key=lambda each: (each.path.suffix == OPEN, each.stem))


def segment_seq(path: Path) -> int:
    """Return the number in the name of a segment file; raise DamagedError for another name."""
    digits = path.stem.partition("-")[0]
    if not (digits.isascii() and digits.isdigit()):
        raise DamagedError(f"{visible(path.name)} is no name of a segment")
    return int(digits)


def read_segment(place: Place, keyring: Keyring, hashes: list[bytes], found: Reading) -> None:
    """Collect the frames of a segment file, and its SHA-256 after those of the ones before it."""
    path, live = place.path, place.path.suffix == OPEN
    try:
        with folder.opened(path, LARGEST) as opened:
            stamp = stamp_of(os.fstat(opened.fileno()))
            opened.seek(place.start)
            raw = opened.read(place.size or LARGEST)
        cipher = _cipher(raw, path.parent.name, keyring)
    except FileNotFoundError:  # its owner has closed it meanwhile, or rolled it up
        for each in _moved(place):
            read_segment(each, keyring, hashes, found)
        return
    except StoreError as error:
        if not live:  # a live file may still be shorter than its header
            found.blame(f"{_name(path.parent, place.stem)} is unreadable: {error.message}")
        return
    digest = hashlib.sha256(raw).digest()
    held, told = (raw, "") if live else (None, digest.hex())
    file = SegmentFile(path, cipher, held, told, stamp, start=place.start, size=place.size)
    lost = _read_frames(file, raw, found)
    follows = _follow(file, hashes, digest, found)
    claim = segment.closing_claim(raw, cipher.header)
    named = place.stem.endswith(digest.hex()[:DIGITS])
    if claim and not live:
        found.claims.append(Claim(file.name, path.parent.name, "segment", claim, file))
    if lost or not (live or (claim and named)):
        found.blame(f"{file.name} is damaged: {lost or 'some'} of its changes may be missing")
    elif not live:
        file.sound = follows and place.stem == file.link.name


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what changes when a file is written, replaced, copied or put in another's place."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _follow(file: SegmentFile, hashes: list[bytes], digest: bytes, found: Reading) -> bool:
    """Hold a segment against those before it: not always the last, as a chain may be forked."""
    previous = file.cipher.header.previous
    follows = previous == hashes[-1] or previous in hashes
    hashes.append(digest)
    if not follows:
        found.blame(f"{file.name} does not follow on the one before it")
    return follows


def _cipher(raw: bytes, device: str, keyring: Keyring) -> SegmentCipher:
    header = segment.parse_header(raw)
    if (header.vault_id, header.device) != (keyring.vault_id, device):
        raise DamagedError("it is of another vault or device")
    return SegmentCipher(header, keyring)


def _moved(place: Place) -> list[Place]:
    """Return where a segment lies that is not there any more, nothing where it is gone."""
    home = place.path.parent
    closed = [Place(each, each.stem) for each in home.glob(f"{place.stem}-*{CLOSED}")]
    again = rolled(home)[0].get(place.stem)
    return closed or ([again] if again and again != place else [])


def _name(home: Path, stem: str) -> str:
    return f"segment {visible(stem)} of device {home.name[:DIGITS]}"


def _read_frames(file: SegmentFile, raw: bytes, found: Reading) -> int:
    """Collect the whole frames; return how many are not."""
    lost = 0
    for frame in file.cipher.walk(raw):
        if frame.body is None:
            lost += 1
        else:
            found.refs.append(file.ref(frame, frame.body))
    return lost


def read_head(home: Path, hashes: list[bytes], found: Reading) -> None:
    """Hold the heads of a device against the hashes of its segments; an absent one says nothing."""
    name = f"head of device {home.name[:DIGITS]}"
    known = {each.hex() for each in hashes}
    for path in head_files(home):
        try:
            head = parse_head(folder.read(path, LARGEST_HEAD))
        except FileNotFoundError:  # replaced meanwhile
            continue
        except StoreError as error:
            found.blame(f"{name} is unreadable: {error.message}")
            continue
        found.claims.append(Claim(name, home.name, "head", head.claim))
        missing = [seq for seq, digest in head.segments if digest not in known]
        if missing:
            names = ", ".join(str(seq) for seq in missing)
            found.blame(f"{name} lists segments that are missing or damaged: {names}")


def _read_at(path: Path, offset: int, size: int) -> bytes:
    descriptor = platform.open_existing(path)
    try:
        return os.pread(descriptor, size, offset)
    finally:
        os.close(descriptor)
