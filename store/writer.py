"""Our own side of the journal: the growing segment, and how it is closed."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Final

from store import folder, platform, segment
from store.ballast import Ballast
from store.chain import CLOSED, load_head, segment_name
from store.device import Device
from store.errors import DamagedError, DiskError
from store.frame import Body
from store.head import NAME as HEAD
from store.head import sign_head
from store.journal import LARGEST, OPEN, FrameRef, SegmentFile, segment_files, segment_seq
from store.keyring import Keyring
from store.segment import SegmentCipher, SegmentHeader

_SALT: Final = 32
UNREADABLE: Final = ".damaged"
_LARGEST: Final = 512 * 1024  # bytes of a growing segment: its copy has to fit into the ballast


class Writer:
    """Our own side of the journal. One process has it, under the vault's lock.

    `keyring` seals new segments. `ballast` is the room for a last save. `failed` says that the
    medium refused a save for another reason than want of room: nothing more is written in this
    session.
    """

    def __init__(self, path: Path, device: Device, keyring: Keyring) -> None:
        self._device = device
        self.keyring = keyring
        self._id = device.card("", ()).device_id
        self._home = path / self._id
        self._file: SegmentFile | None = None
        self._descriptor = -1
        self._content = bytearray()  # of the growing segment: a failing medium is not read back
        self._count = 0
        self._spent = False
        self.ballast = Ballast(path.parent)
        self.failed = False

    def recover(self) -> list[str]:
        """Close what a crash left open; return one line for each thing cut or set aside."""
        folder.make(self._home)
        try:
            return self._recover_all()
        except DiskError as error:
            if not (error.full and self.ballast.free()):
                raise
            return self._recover_all()

    def must_work(self) -> None:
        """Raise DiskError where the medium has failed in this session."""
        if self.failed:
            raise DiskError(
                "not saved: the disk failed earlier in this session",
                hint="what is shown can still be written elsewhere; then check the disk",
            )

    def append(self, body: Body) -> FrameRef:
        """Append one frame and return once it is on the medium; raise DiskError if it is not.

        What the medium refuses is written once more, in a new segment and, on a full disk, in
        the ballast's room. A second sync of the old one would lie: the kernel may have dropped
        its pages and forgotten.
        """
        self.must_work()
        try:
            return self._append(body)
        except DiskError as error:
            if error.full:
                self.ballast.free()
        try:
            return self._append(body)
        except DiskError as error:
            self.failed = not error.full
            raise

    def close(self) -> None:
        """Close the growing segment with its trailer; raise DiskError."""
        if self._file is None:
            return
        path = self._file.path
        try:
            self._let_go()
            if self._count:
                self._file.path = self._finish(path, bytes(self._content), self._count)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise folder.refused(error) from error
        self._file = None

    def _append(self, body: Body) -> FrameRef:
        try:
            if self._spent or len(self._content) >= _LARGEST:
                self.close()
            file = self._file or self._start()
            offset, frame = len(self._content), file.cipher.seal(self._count, body)
            # until the frame is there its index is spent: part of it may have reached the medium,
            # and another frame under the same key and index would betray both
            self._spent = True
            platform.write_all(self._descriptor, frame)
            platform.sync(self._descriptor)
        except OSError as error:
            raise folder.refused(error) from error
        self._spent = False
        ref = FrameRef(file, self._count, offset, len(frame), body.key_id, body.change_id)
        self._content += frame
        self._count += 1
        return ref

    def _let_go(self) -> None:
        """Cut a half-written frame and give the file back, without a sync."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            if self._spent:
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, len(self._content))
            os.close(descriptor)

    def _start(self) -> SegmentFile:
        seq, previous = self._last()
        salt = os.urandom(_SALT)
        epoch = self.keyring.latest
        header = SegmentHeader(self.keyring.vault_id, self._id, seq + 1, epoch, salt, previous)
        path = self._home / f"{seq + 1:010d}{OPEN}"
        raw = header.pack()
        descriptor = platform.create(path)
        try:
            platform.write_all(descriptor, raw)
            platform.sync_folder(self._home)
        except OSError:
            os.close(descriptor)
            path.unlink()
            raise
        self._descriptor, self._content, self._count = descriptor, bytearray(raw), 0
        self._spent = False
        self._file = SegmentFile(path, SegmentCipher(header, self.keyring))
        return self._file

    def _last(self) -> tuple[int, bytes]:
        closed = [each for each in segment_files(self._home) if each.suffix == CLOSED]
        if not closed:
            return 0, bytes(_SALT)
        # another copy of this device may have closed one of that number too: go on with ours
        listed = self._listed()
        ours = self._home / f"{segment_name(*listed)}{CLOSED}"
        latest = max(segment_seq(each) for each in closed)
        if ours in closed and listed[0] == latest:
            return latest, bytes.fromhex(listed[1])  # what it was, should it be damaged now
        return latest, hashlib.sha256(folder.read(closed[-1], LARGEST)).digest()

    def _listed(self) -> tuple[int, str]:
        try:
            return load_head(self._home).last
        except (FileNotFoundError, DamagedError):
            return 0, ""

    def _recover_all(self) -> list[str]:
        left = [each for each in segment_files(self._home) if each.suffix == OPEN]
        return [line for path in left if (line := self._recover(path))]

    def _recover(self, path: Path) -> str:
        raw = folder.read(path, LARGEST)
        try:
            cut = self._close_file(path, raw)
        except DamagedError:
            # more than an unfinished save: nothing that may still be read is ever deleted
            path.rename(path.with_suffix(UNREADABLE))
            return f"segment {path.stem} of this device is damaged; it was set aside"
        return f"cut {cut} bytes of an unfinished save; saved changes are whole" if cut else ""

    def _close_file(self, path: Path, raw: bytes) -> int:
        """Copy the whole frames of an open segment into a closed one; return the bytes cut.

        Nothing is encrypted again, as a crash may have hidden what the key was used for.
        Raises DamagedError where the segment holds more than an unfinished save and none opens.
        """
        if len(raw) < segment.HEADER_SIZE:
            path.unlink()
            return len(raw)
        header = segment.parse_header(raw)
        frames = list(SegmentCipher(header, self.keyring).walk(raw))
        if not frames:
            if segment.frame_size(raw, segment.HEADER_SIZE):
                raise DamagedError("no frame of the segment opens")
            path.unlink()
            return len(raw) - segment.HEADER_SIZE
        end = frames[-1].offset + frames[-1].size
        self._finish(path, raw[:end], len(frames))
        return len(raw) - end

    def _finish(self, path: Path, content: bytes, count: int) -> Path:
        """Write a closed segment, then unlink the open one; return its path. May be repeated."""
        seq = segment.parse_header(content).seq
        content += segment.trailer(content, count, self._device.signing)
        digest = hashlib.sha256(content).hexdigest()
        closed = path.with_name(segment_name(seq, digest) + CLOSED)
        folder.write(closed, content)
        path.unlink(missing_ok=True)
        self._write_head(seq, digest)
        return closed

    def _write_head(self, seq: int, digest: str) -> None:
        try:
            listed = load_head(self._home).segments
        except (FileNotFoundError, DamagedError):
            listed = ()
        rows = [*(each for each in listed if each[0] != seq), (seq, digest)]
        folder.write(self._home / HEAD, sign_head(self._device, self.keyring.vault_id, rows))
