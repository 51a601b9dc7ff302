"""What was last seen of each medium: tells when one comes back as it was before."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from typing import Final

from models.errors import ShapeError
from models.strictjson import JSON, dump, scan
from store import folder
from store.envelope import Envelope
from store.errors import DamagedError, DiskError
from store.head import Head
from store.kdf import derive
from store.medium import Medium, get
from store.replica import Replica

ID: Final = "medium"
_ID_SIZE: Final = 16
_IS_ID: Final = re.compile(rb"[0-9a-f]{32}")
_LARGEST: Final = 1024 * 1024  # bytes
_KEPT: Final = 64  # media


class Seen:
    """The memory of one medium, in a cache: without it nothing is lost but a warning.

    A medium is known by an id that the first replica to write to it leaves there.
    """

    def __init__(self, replica: Replica, medium: Medium) -> None:
        self._path = replica.path / "cache" / "media"
        key = derive(replica.key, replica.vault_id, b"breachcase/vault/1/cache")
        self._envelope = Envelope(key, replica.vault_id, "media")
        self._medium = medium
        self._media = self._load()
        self._id = self._read_id()

    def missing(self, heads: Mapping[str, Mapping[str, Head]]) -> Iterator[str]:
        """Yield a line for each device of which the medium had more when it was last here."""
        before = self._media.get(self._id)
        for device, last in before.items() if isinstance(before, dict) else ():
            found = [head.last[0] for head in heads.get(device, {}).values()]
            if isinstance(last, int) and max(found, default=0) < last:
                yield (
                    f"the medium is an older copy: device {device[:8]} ended at segment {last} on "
                    f"it and ends at {max(found, default=0)} now; nothing here was taken back"
                )

    def keep(self, device_ends: Mapping[str, int]) -> None:
        """Remember where each device ends on the medium now; a failure is no error."""
        with contextlib.suppress(DiskError):
            if not self._id:
                self._id = os.urandom(_ID_SIZE).hex()
                self._medium.put_new(ID, (self._id.encode("ascii"),))
            self._media.pop(self._id, None)
            self._media[self._id] = dict(device_ends)
            kept = dict([*self._media.items()][-_KEPT:])
            data = dump({"v": 1, "media": kept})
            folder.write(self._path, self._envelope.seal(data), durable=False)

    def _read_id(self) -> str:
        try:
            raw = get(self._medium, ID, 2 * _ID_SIZE) or b""
        except DamagedError:
            return ""
        return raw.decode("ascii") if _IS_ID.fullmatch(raw) else ""

    def _load(self) -> dict[str, JSON]:
        try:
            value = scan(self._envelope.unseal(folder.read(self._path, _LARGEST)))
        except (FileNotFoundError, DamagedError, ShapeError):
            return {}
        match value:
            case {"v": 1, "media": dict(media)}:
                return media
            case _:
                return {}
