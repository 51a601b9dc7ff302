"""A grant: an epoch key sealed to one device, signed by an admin of the vault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from store import signing
from store.age.file import seal_bytes, unseal_bytes
from store.device import Device, DeviceCard
from store.errors import DamagedError
from store.keyring import Keyring, commitment

_LARGEST: Final = 4096  # bytes, opened


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """An epoch number and its 32-byte key."""

    epoch: int
    key: bytes


def grant_name(epoch: int, card: DeviceCard) -> str:
    """Return the file name of a grant."""
    return f"{epoch}-{card.device_id[:8]}.age"


def seal_grant(keyring: Keyring, admin: Device, card: DeviceCard) -> bytes:
    """Return the latest epoch key sealed to `card`, signed by the `admin` device."""
    epoch = keyring.latest
    key = keyring.epoch_key(epoch)
    value = {
        "v": 1,
        "vault": keyring.vault_id.hex(),
        "epoch": epoch,
        "device": card.device_id,
        "recipient": card.recipient.text(),
        "sha256": commitment(key),
        "key": key.hex(),
        "by": admin.card("", ()).device_id,
    }
    data = json.dumps(value).encode("ascii")
    signature = signing.sign(admin.signing, "grant", keyring.vault_id, data)
    return seal_bytes(signature + data, [card.recipient])


def open_grant(raw: bytes, vault_id: bytes, device: Device, admin: DeviceCard) -> Grant:
    """Return what `raw` grants to `device`; raise NotForUsError, AgeError or DamagedError.

    `admin` is the enrolled admin who must have signed it.
    """
    opened = unseal_bytes(raw, [device.identity], _LARGEST)
    signature, data = opened[: signing.SIGNATURE_SIZE], opened[signing.SIGNATURE_SIZE :]
    if not signing.is_signed(admin.signing, "grant", vault_id, (signature, data)):
        raise DamagedError("grant is not signed by the admin it names")
    card = device.card("", ())
    match json.loads(data):
        case {"vault": vault, "epoch": int(epoch), "recipient": to, "key": str(key), "sha256": sha}:
            grant = Grant(epoch, bytes.fromhex(key))
            if (vault, to, sha) == (
                vault_id.hex(),
                card.recipient.text(),
                commitment(grant.key),
            ):
                return grant
        case _:
            pass
    raise DamagedError("grant is for another vault, device or key")
