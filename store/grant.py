"""A grant: an epoch key sealed to one device, signed by an admin of the vault."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.errors import ShapeError
from models.strictjson import scan
from store import folder, signing
from store.age.file import seal_bytes, unseal_bytes
from store.device import Device, DeviceCard
from store.errors import DamagedError
from store.keyring import Keyring, commitment

FOLDER: Final = "grants"
LARGEST: Final = 64 * 1024  # bytes, sealed
SHORT: Final = 8  # hex digits of a device id and of the file's SHA-256 in a name
NAME: Final = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{8})-([0-9a-f]{8})\.age")
_LARGEST_OPEN: Final = 4096  # bytes


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """An epoch number, its 32-byte key, the device that granted it, and what that one signed."""

    epoch: int
    key: bytes
    by: str
    signed: tuple[bytes, bytes]

    def is_signed_by(self, admin: DeviceCard, vault_id: bytes) -> bool:
        """Whether the device of that card granted it."""
        return signing.is_signed(admin.signing, "grant", vault_id, self.signed)


def grant_name(epoch: int, card: DeviceCard, raw: bytes) -> str:
    """Return the file name of a grant: it tells a damaged copy, and never two contents apart."""
    return f"{epoch}-{card.device_id[:SHORT]}-{hashlib.sha256(raw).hexdigest()[:SHORT]}.age"


def is_whole(name: str, raw: bytes) -> bool:
    """Whether a file is what its name, one that NAME matches, says."""
    return name.endswith(f"-{hashlib.sha256(raw).hexdigest()[:SHORT]}.age")


def granted(path: Path) -> set[tuple[int, str]]:
    """Return the (epoch, first digits of the device id) of each grant in the folder `path`."""
    names = (NAME.fullmatch(each.name) for each in (path.iterdir() if path.is_dir() else ()))
    return {(int(each[1]), each[2]) for each in names if each}


def save_grant(path: Path, keyring: Keyring, admin: Device, card: DeviceCard, epoch: int) -> None:
    """Write the grant of an epoch to `card` into the folder `path`; raise DiskError."""
    raw = seal_grant(keyring, admin, card, epoch)
    folder.write(path / grant_name(epoch, card, raw), raw)


def seal_grant(keyring: Keyring, admin: Device, card: DeviceCard, epoch: int) -> bytes:
    """Return the key of an epoch sealed to `card`, signed by the `admin` device."""
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


def read_grant(raw: bytes, vault_id: bytes, device: Device) -> Grant:
    """Return what `raw` would grant to `device`, whoever signed it.

    Raises NotForUsError, AgeError, and DamagedError for what is no grant to this device.
    """
    opened = unseal_bytes(raw, [device.identity], _LARGEST_OPEN)
    signature, data = opened[: signing.SIGNATURE_SIZE], opened[signing.SIGNATURE_SIZE :]
    try:
        value = scan(data)
    except ShapeError:
        raise DamagedError("grant is no plain json") from None
    match value:
        case {
            "vault": vault,
            "epoch": int(epoch),
            "recipient": to,
            "key": str(key),
            "sha256": sha256,
            "by": str(by),
        } if re.fullmatch(r"[0-9a-f]{64}", key):
            grant = Grant(epoch, bytes.fromhex(key), by, (signature, data))
            told = (vault, to, sha256)
            if told == (vault_id.hex(), device.identity.recipient().text(), commitment(grant.key)):
                return grant
        case _:
            pass
    raise DamagedError("grant is for another vault, device or key")


def open_grant(raw: bytes, vault_id: bytes, device: Device, admin: DeviceCard) -> Grant:
    """Return what `raw` grants to `device`; raise NotForUsError, AgeError or DamagedError.

    `admin` is the enrolled admin who must have signed it.
    """
    grant = read_grant(raw, vault_id, device)
    if not grant.is_signed_by(admin, vault_id):
        raise DamagedError("grant is not signed by the admin it names")
    return grant
