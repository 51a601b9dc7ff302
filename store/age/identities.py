"""Identity files: secret keys one a line, an OpenSSH private key, or these under a passphrase.

Source: the age program, "Identity files" in age(1).
"""

from __future__ import annotations

from typing import Final

from store.age.armour import armoured
from store.age.errors import AgeError
from store.age.file import unseal_bytes
from store.age.intake import Intake
from store.age.keys import KINDS, OWN_KINDS, Identity
from store.age.scrypt import Passphrase
from store.age.ssh import SSH

FILE_LIMIT: Final = 64 * 1024  # bytes
MOST: Final = 32
_MAGIC: Final = b"age-encryption.org/"
_ARMOUR: Final = b"BEGIN AGE ENCRYPTED FILE"
_PLUGIN: Final = "AGE-PLUGIN-"


def is_locked(raw: bytes) -> bool:
    """Whether an identity file is sealed with a passphrase, as `age -p` does."""
    return raw.startswith(_MAGIC) or (armoured(Intake.of([raw])) and _ARMOUR in raw)


def read_identities(raw: bytes, passphrase: bytearray | None = None) -> tuple[Identity, ...]:
    """Return the 1 to 32 secret keys in a file of at most 64 KiB; `passphrase` if it is locked.

    Raises AgeError, never quoting the file: no key in it, a plugin's, a locked SSH key; and
    NotForUsError for another passphrase.
    """
    if is_locked(raw):
        raw = unseal_bytes(raw, Passphrase(passphrase or bytearray()), FILE_LIMIT)
    text = raw.decode("utf-8", "replace")
    if text.startswith(SSH.identity_begins):
        return (Identity.parse(text, KINDS),)
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if any(line.startswith(_PLUGIN) for line in lines):
        raise AgeError("plugin keys are not supported", hint="use a key that needs no plugin")
    if not 0 < len(lines) <= MOST:
        raise AgeError(
            f"an identity file holds 1 to {MOST} keys, not {len(lines)}",
            hint="name a file of age-keygen, or an ssh-ed25519 private key",
        )
    return tuple(Identity.parse(line, OWN_KINDS) for line in lines)
