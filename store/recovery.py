"""The recovery secret: shown once, opens a lost vault, and may only enrol and remove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from store.age.keys import Identity
from store.device import Device
from store.kdf import derive

ROLE: Final = "recovery"
PERSON: Final = "recovery key"


@dataclass(frozen=True, slots=True, repr=False)
class RecoverySecret:
    """The text to write down, `AGE-SECRET-KEY-1...`; it is kept nowhere."""

    text: str

    @classmethod
    def generate(cls) -> Self:
        """Return a new secret."""
        return cls(Identity.generate().text())

    @classmethod
    def read(cls, typed: bytearray) -> Self:
        """Return the secret that a person typed, blanks and case as they like."""
        return cls("".join(typed.decode("ascii", "replace").split()).upper())

    def device(self) -> Device:
        """Return the admin device that the secret stands for; raise AgeError if mistyped."""
        identity = Identity.parse(self.text)
        seed = derive(identity.seed, b"", b"breachcase/recovery/1/sign")
        return Device(seed, identity)
