"""The office identity: the keys that sign and open bundles, one set a vault."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.strictjson import JSON
from store import cobblestone
from store.age.curve import KEY_SIZE
from store.age.errors import AgeError, NotForUsError
from store.age.file import seal_bytes, unseal_bytes
from store.age.hybrid import HYBRID
from store.age.keys import Identity, Recipient
from store.errors import DamagedError, WrongPassphraseError
from store.fold import Register
from store.keyring import Keyring
from store.recovery import RecoverySecret

FIELD: Final = "office/"
_CLASSIC: Final = 2  # keys of an office without a post-quantum one


@dataclass(frozen=True, slots=True, repr=False)
class OfficeKeys:
    """Signing key, age identity, and the SHA-256 (32 bytes) of the next signing public key.

    `hybrid` is the post-quantum age identity, None for an office that has none.
    """

    signing: Ed25519PrivateKey
    identity: Identity
    next_commitment: bytes
    hybrid: Identity | None = None

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What opens a bundle, the post-quantum one first."""
        return (self.hybrid, self.identity) if self.hybrid else (self.identity,)


def new_office(
    keyring: Keyring,
    number: int,
    recovery: Recipient,
    *,
    post_quantum: bool,
    signing: Ed25519PrivateKey | None = None,
) -> dict[str, JSON]:
    """Return the value of office/<number> for new keys; `signing` is the one committed to before.

    The next signing key is made now and kept only under the recovery recipient: whoever takes
    today's keys cannot sign the statement that replaces them. Without `post_quantum` the office
    opens bundles with an X25519 identity only, so that older age programs can, too.
    """
    signing, identity = signing or Ed25519PrivateKey.generate(), Identity.generate()
    hybrid = Identity.generate(HYBRID) if post_quantum else None
    following = Ed25519PrivateKey.generate()
    secret = signing.private_bytes_raw() + identity.seed + (hybrid.seed if hybrid else b"")
    epoch = keyring.latest
    sealed = cobblestone.seal(_key(keyring, epoch), _context(keyring, number), secret)
    return {
        "epoch": epoch,
        "signing": signing.public_key().public_bytes_raw().hex(),
        "recipient": identity.recipient().text(),
        "hybrid": hybrid.recipient().text() if hybrid else None,
        "next": hashlib.sha256(following.public_key().public_bytes_raw()).hexdigest(),
        "secret": b64encode(sealed).decode("ascii"),
        "next_sealed": b64encode(seal_bytes(following.private_bytes_raw(), [recovery])).decode(),
    }


def next_office(
    keyring: Keyring, number: int, value: object, recovery: RecoverySecret
) -> dict[str, JSON]:
    """Return the value of office/<number + 1>, which takes the place of `value`.

    Its signing key is the one that `value` commits to, opened with the recovery key; all else is
    new. Raises WrongPassphraseError for another recovery key, DamagedError, AgeError (mistyped).
    """
    owner = Identity.parse(recovery.text)
    signing = _committed(value, owner)
    hybrid = isinstance(value, dict) and value.get("hybrid") is not None
    return new_office(keyring, number + 1, owner.recipient(), post_quantum=hybrid, signing=signing)


def _committed(value: object, owner: Identity) -> Ed25519PrivateKey:
    match value:
        case {"next": str(following), "next_sealed": str(sealed)}:
            try:
                seed = unseal_bytes(b64decode(sealed), [owner], KEY_SIZE)
                signing = Ed25519PrivateKey.from_private_bytes(seed)
            except NotForUsError:
                raise WrongPassphraseError(
                    "that is another vault's recovery key",
                    hint="compare the vault number on its sheet",
                ) from None
            except (AgeError, ValueError):
                raise _damaged() from None
            if hashlib.sha256(signing.public_key().public_bytes_raw()).hexdigest() == following:
                return signing
        case _:
            pass
    raise _damaged()


def open_office(value: object, number: int, keyring: Keyring) -> OfficeKeys:
    """Return the keys in the value of office/<number>; raise DamagedError."""
    match value:
        case {"epoch": int(epoch), "next": str(following), "secret": str(secret)}:
            key, context = _key(keyring, epoch), _context(keyring, number)
            opened = cobblestone.unseal(key, context, b64decode(secret))
            if opened is not None:
                seeds = [opened[at : at + KEY_SIZE] for at in range(0, len(opened), KEY_SIZE)]
                return OfficeKeys(
                    Ed25519PrivateKey.from_private_bytes(seeds[0]),
                    Identity.from_seed(seeds[1]),
                    bytes.fromhex(following),
                    Identity.from_seed(seeds[2], HYBRID) if len(seeds) > _CLASSIC else None,
                )
        case _:
            pass
    raise _damaged()


def _damaged() -> DamagedError:
    return DamagedError("office keys in the vault log are damaged")


def kept_offices(fields: Mapping[str, Register], keyring: Keyring) -> list[tuple[int, JSON]]:
    """Return number and value of each office in the vault log's `fields`, today's last.

    Left out are those of an epoch whose grant is still on its way. Where two replicas rotated at
    once both are there, and each replica takes the same one as the last.
    """
    numbers = (name.removeprefix(FIELD) for name in fields if name.startswith(FIELD))
    kept = [
        (number, each.value)
        for number in sorted(int(text) for text in numbers if text.isdecimal())
        for each in reversed(fields[f"{FIELD}{number}"].values)
        if _is_held(each.value, keyring)
    ]
    return kept or [(0, None)]


def _is_held(value: object, keyring: Keyring) -> bool:
    match value:
        case {"epoch": int(epoch)}:
            return epoch in keyring.epochs
        case _:
            return True  # what is wrong with it is said when it is opened


def _key(keyring: Keyring, epoch: int) -> bytes:
    return keyring.derive(epoch, b"breachcase/office/1")


def _context(keyring: Keyring, number: int) -> bytes:
    return b"breachcase/office/1\0" + keyring.vault_id + number.to_bytes(4, "big")
