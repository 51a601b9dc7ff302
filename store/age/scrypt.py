"""A passphrase in place of recipients: for files that one keeps for oneself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from store.age import curve
from store.age.encoding import decode_raw, encode_raw
from store.age.errors import AgeError
from store.age.header import Stanza
from store.age.kind import BODY_SIZE, Draw

KIND: Final = "scrypt"
WORK: Final = 18  # log2 of the cost; 256 MiB and about a second, as the age command writes
WORK_LIMIT: Final = 20  # 1 GiB: what a file may ask for before anyone knows who wrote it
_LABEL = b"age-encryption.org/v1/scrypt"
_SALT_SIZE = 16
_ARGS = 2
_NUMBER = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Passphrase:
    """Seals and opens alone, never beside recipients; the bytes stay the caller's to wipe.

    `work` is log2 of the cost of sealing, 1 to 20. Nothing that comes from others is opened
    with one. Source: C2SP age.md, "scrypt".
    """

    secret: bytearray
    work: int = WORK

    def __post_init__(self) -> None:
        if not 1 <= self.work <= WORK_LIMIT:
            raise AgeError(f"work of a passphrase is not 1 to {WORK_LIMIT}", hint=f"use {WORK}")

    def wrap(self, file_key: bytes, draw: Draw) -> Stanza:
        """Return the stanza that gives the 16-byte file key to who knows the passphrase."""
        salt = draw(_SALT_SIZE)
        args = (encode_raw(salt).decode("ascii"), str(self.work))
        return Stanza(KIND, args, curve.wrapped(self._key(salt, self.work), file_key))

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None where the passphrase is another; raise AgeError.

        Shape and work are checked before anything is derived.
        """
        if len(stanza.args) != _ARGS or len(stanza.body) != BODY_SIZE:
            raise AgeError("age header has a malformed scrypt recipient")
        salt, work = decode_raw(stanza.args[0].encode("ascii")), stanza.args[1]
        if len(salt) != _SALT_SIZE or not _NUMBER.fullmatch(work) or int(work) > WORK_LIMIT:
            raise AgeError(
                f"age header asks for a salt or work other than 16 bytes and 1 to {WORK_LIMIT}",
                hint="seal the file again with less work",
            )
        return curve.unwrapped(self._key(salt, int(work)), stanza.body)

    def _key(self, salt: bytes, work: int) -> bytes:
        kdf = Scrypt(salt=_LABEL + salt, length=curve.KEY_SIZE, n=1 << work, r=8, p=1)
        return kdf.derive(self.secret)
