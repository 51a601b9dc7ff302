"""Keys out of a passphrase, and keys out of keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.errors import StoreError

KEY_SIZE: Final = 32
_MIB: Final = 1024
_MEMORY: Final = range(19 * _MIB, 1024 * _MIB + 1)  # KiB; below is a downgrade, above a bomb
_PASSES: Final = range(2, 11)
_LANES: Final = range(1, 9)
_LEAST: Final = 8  # KiB a lane; RFC 9106, 3.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What deriving a key takes: memory in KiB, passes, lanes. Source: RFC 9106."""

    memory: int
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Raise StoreError outside the limits, before anything is derived."""
        fits = self.memory in _MEMORY and self.passes in _PASSES and self.lanes in _LANES
        if not fits:
            raise StoreError(
                "passphrase settings are out of limits",
                hint="memory must be 19 to 1024 MiB, 2 to 10 passes, 1 to 8 lanes",
            )


def cost_of(mebibytes: int) -> Cost:
    """Return the cost for so many MiB; raise StoreError out of limits."""
    cost = Cost(mebibytes * _MIB)
    cost.check()
    return cost


def stretch(passphrase: bytearray, salt: bytes, cost: Cost) -> bytearray:
    """Return the 32-byte key of a passphrase; the caller wipes it. Raises StoreError."""
    cost.check()
    key = bytearray(KEY_SIZE)
    try:
        _argon(passphrase, salt, cost, key)
    except MemoryError:
        raise StoreError(
            f"this machine lacks the {cost.memory // _MIB} MiB that unlocking takes",
            hint="end other programs and try again",
        ) from None
    finally:
        # OpenSSL frees its own copy of the passphrase unwiped (3.5); the same call over zeros, at
        # the least cost, is given that very place
        least = Cost(_LEAST * cost.lanes, 1, cost.lanes)
        _argon(bytearray(len(passphrase)), bytes(len(salt)), least, bytearray(KEY_SIZE))
    return key


def _argon(passphrase: bytearray, salt: bytes, cost: Cost, key: bytearray) -> None:
    argon = Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory,
    )
    argon.derive_into(passphrase, key)  # type: ignore[arg-type] # any buffer does


def derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    """Return the 32-byte subkey of `key` for one purpose. Source: RFC 5869, SHA-512."""
    return HKDF(algorithm=SHA512(), length=KEY_SIZE, salt=salt, info=info).derive(key)
