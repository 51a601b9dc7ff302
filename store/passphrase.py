"""What a person may type to open a vault: a passphrase, or the text of the recovery key.

Nothing here copies a passphrase: it stays in the one bytearray that its owner wipes.
"""

from __future__ import annotations

from typing import Final

from models.errors import UsageError
from store.age.errors import AgeError
from store.age.keys import Identity
from store.errors import WrongPassphraseError

_SHORTEST: Final = 8  # characters; NIST SP 800-63B, 5.1.1.1
_FEWEST: Final = 4  # different ones
_BLANKS: Final = b" \t\r\n\v\f"
_RECOVERY: Final = b"age-secret-key-1"
_LOWER: Final = 0x20  # the bit that makes an ASCII letter lower case
_CONTINUES: Final = (0xC0, 0x80)  # mask and value of a UTF-8 byte that begins no character


def check_new(passphrase: bytearray) -> None:
    """Raise UsageError for what must not become the passphrase of a vault."""
    start, end = _ink(passphrase)
    mask, value = _CONTINUES
    length = sum(passphrase[index] & mask != value for index in range(start, end))
    if length < _SHORTEST:
        raise UsageError(
            "passphrase is too short", hint=f"use at least {_SHORTEST} characters, better six words"
        )
    if len({*passphrase}) < _FEWEST:
        raise UsageError("passphrase repeats the same few characters", hint="better use six words")
    if _is_recovery(passphrase, start):
        raise UsageError(
            "that is a recovery key and cannot be the passphrase as well",
            hint="use six words; the recovery key opens the vault as it is",
        )


def recovery_identity(passphrase: bytearray) -> Identity | None:
    """Return the identity that is written in place of a passphrase, None for a passphrase.

    Raises WrongPassphraseError for a recovery key with a typing mistake.
    """
    if not _is_recovery(passphrase, _ink(passphrase)[0]):
        return None
    text = "".join(passphrase.decode("ascii", "replace").split()).upper()
    try:
        return Identity.parse(text)
    except AgeError:
        raise WrongPassphraseError(
            "recovery key is mistyped: its checksum does not match",
            hint="compare it with your sheet, character by character",
        ) from None


def _ink(passphrase: bytearray) -> tuple[int, int]:
    """Return where the text without the blanks around it starts and ends."""
    inked = [index for index, byte in enumerate(passphrase) if byte not in _BLANKS]
    return (inked[0], inked[-1] + 1) if inked else (0, 0)


def _is_recovery(passphrase: bytearray, start: int) -> bool:
    return len(passphrase) - start >= len(_RECOVERY) and all(
        passphrase[start + index] | _LOWER == byte for index, byte in enumerate(_RECOVERY)
    )
