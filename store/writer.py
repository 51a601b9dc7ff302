"""Our own side of the journal: the growing segment, and how it is closed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

from models.strictjson import JSON, dump
from store import folder, platform, segment, signing
from store.device import Device
from store.errors import DamagedError, DiskError
from store.frame import Body
from store.journal import (
    CLOSED,
    HEAD,
    LARGEST,
    OPEN,
    FrameRef,
    SegmentFile,
    load_head,
    segment_files,
    segment_seq,
)
from store.keyring import Keyring
from store.segment import SegmentCipher, SegmentHeader

_LISTED: Final = 256
_SALT: Final = 32
_HASH: Final = 8  # hex digits in a file name
_UNREADABLE: Final = ".damaged"


class Writer:
    """Our own side of the journal. One process has it, under the vault's lock."""

    def __init__(self, path: Path, device: Device, keyring: Keyring) -> None:
        self._device = device
        self._keyring = keyring
        self._id = device.card("", ()).device_id
        self._home = path / self._id
        self._file: SegmentFile | None = None
        self._descriptor = -1
        self._size = 0
        self._count = 0
        self._dead = False

    def recover(self) -> list[str]:
        """Close what a crash left open; return one line for each thing cut or set aside."""
        folder.make(self._home)
        left = [each for each in segment_files(self._home) if each.suffix == OPEN]
        return [line for path in left if (line := self._recover(path))]

    def _recover(self, path: Path) -> str:
        raw = folder.read(path, LARGEST)
        try:
            cut = self._close_file(path, raw)
        except DamagedError:
            # more than an unfinished save: nothing that may still be read is ever deleted
            path.rename(path.with_suffix(_UNREADABLE))
            return f"segment {path.stem} of this device is damaged; it was set aside"
        return f"cut {cut} bytes of an unfinished save; saved changes are whole" if cut else ""

    def append(self, body: Body) -> FrameRef:
        """Append one frame and return once it is on the medium; raise DiskError if it is not."""
        if self._dead:
            raise DiskError("not saved: an earlier save failed", hint="close and open the vault")
        file = self._file or self._start()
        frame = file.cipher.seal(self._count, body)
        try:
            platform.write_all(self._descriptor, frame)
        except OSError as error:
            self._give_up()
            raise folder.refused(error) from error
        try:
            platform.sync(self._descriptor)
        except OSError as error:
            # the kernel may have dropped the pages and forgotten: a second sync would lie
            self._dead = True
            raise folder.refused(error) from error
        ref = FrameRef(file, self._count, self._size, len(frame), body.key_id, body.change_id)
        self._size += len(frame)
        self._count += 1
        return ref

    def close(self) -> None:
        """Close the growing segment with its trailer; raise DiskError."""
        if self._file is not None:
            os.close(self._descriptor)
            file, self._file = self._file, None
            self._close_file(file.path, folder.read(file.path, LARGEST), file)

    def _start(self) -> SegmentFile:
        seq, previous = self._last()
        salt = os.urandom(_SALT)
        epoch = self._keyring.latest
        header = SegmentHeader(self._keyring.vault_id, self._id, seq + 1, epoch, salt, previous)
        path = self._home / f"{seq + 1:010d}.open"
        raw = header.pack()
        try:
            descriptor = platform.create(path)
            try:
                platform.write_all(descriptor, raw)
                platform.sync_folder(self._home)
            except OSError:
                os.close(descriptor)
                path.unlink()
                raise
        except OSError as error:
            raise folder.refused(error) from error
        self._descriptor, self._size, self._count = descriptor, len(raw), 0
        self._file = SegmentFile(path, SegmentCipher(header, self._keyring))
        return self._file

    def _give_up(self) -> None:
        """Cut a half-written frame and end its segment.

        The index is spent even though the frame is not: part of it may have reached the medium,
        and another frame under the same key and index would betray both.
        """
        try:
            os.ftruncate(self._descriptor, self._size)
            self.close()
        except (OSError, DiskError):
            self._dead = True

    def _last(self) -> tuple[int, bytes]:
        closed = [each for each in segment_files(self._home) if each.suffix == CLOSED]
        if not closed:
            return 0, bytes(_SALT)
        digest = hashlib.sha256(folder.read(closed[-1], LARGEST)).digest()
        return segment_seq(closed[-1]), digest

    def _close_file(self, path: Path, raw: bytes, file: SegmentFile | None = None) -> int:
        """Copy the whole frames of an open segment into a closed one; return the bytes cut.

        Nothing is encrypted again, as a crash may have hidden what the key was used for.
        Raises DamagedError where the segment holds more than an unfinished save and none opens.
        """
        if len(raw) < segment.HEADER_SIZE:
            path.unlink()
            return len(raw)
        header = segment.parse_header(raw)
        frames = list(SegmentCipher(header, self._keyring).walk(raw))
        if not frames:
            if segment.frame_size(raw, segment.HEADER_SIZE):
                raise DamagedError("no frame of the segment opens")
            path.unlink()
            return len(raw) - segment.HEADER_SIZE
        end = frames[-1].offset + frames[-1].size
        content = raw[:end]
        content += segment.trailer(content, len(frames), self._device.signing)
        digest = hashlib.sha256(content).hexdigest()
        closed = path.with_name(f"{header.seq:010d}-{digest[:_HASH]}{CLOSED}")
        folder.write(closed, content)
        if file is not None:
            file.path = closed
        path.unlink()
        self._write_head(header.seq, digest)
        return len(raw) - end

    def _write_head(self, seq: int, digest: str) -> None:
        try:
            listed, _ = load_head(self._home)
        except (FileNotFoundError, DamagedError):
            listed = []
        rows = [each for each in listed if each[0] != seq][1 - _LISTED :]
        segments: list[JSON] = [[number, known] for number, known in [*rows, (seq, digest)]]
        data = dump({"v": 1, "device": self._id, "seq": seq, "segments": segments})
        vault_id = self._keyring.vault_id
        signature = signing.sign(self._device.signing, "head", vault_id, data)
        folder.write(self._home / HEAD, signature + data)
