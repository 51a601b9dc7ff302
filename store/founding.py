"""How a vault begins: its keys, record 0, the office, and every file of a new folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from models.errors import UsageError
from models.strictjson import JSON
from models.zone import known
from store import folder, grant, slots
from store.casekey import CaseKey, save_case_key
from store.change import CASE_ID_SIZE, AddOp, Author, Change, Setting, op_json, write_change
from store.device import Device, DeviceCard
from store.frame import seal_record
from store.header import Header
from store.kdf import KEY_SIZE, cost_of
from store.keyring import FIRST, Keyring, commitment, new_epoch_key
from store.office import FIELD as OFFICE_FIELD
from store.office import new_office
from store.passphrase import check_new
from store.recovery import PERSON, ROLE, RecoverySecret
from store.replica import Replica, begin
from store.role import ADMIN, DEVICE_FIELD, KEY_FIELD
from store.signing import NO_VAULT
from store.writer import Writer

FIELD: Final = "founding"
DESKS: Final = {"controller": "responder", "regulator": "case_officer"}
LONGEST_NAME: Final = 120  # what an office card carries


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new vault is told: who, for which side and office, in which zone; KDF memory.

    `post_quantum` is whether its office gets a post-quantum recipient beside the classic one.
    """

    person: str
    side: str
    organisation: str
    zone: str
    kdf_mib: int = 256
    post_quantum: bool = True

    def check(self) -> None:
        """Raise UsageError or StoreError for what no vault can begin with."""
        if self.side not in DESKS:
            raise UsageError("a vault is for one side", hint="controller or regulator")
        if not (self.person.strip() and self.organisation.strip()):
            raise UsageError(
                "a vault needs a person's and an organisation's name", hint="give both"
            )
        if max(len(self.person), len(self.organisation)) > LONGEST_NAME:
            raise UsageError(
                f"a name has at most {LONGEST_NAME} characters", hint="use the short form"
            )
        if not known(self.zone):
            raise UsageError("unknown time zone", hint="use a name such as Europe/London")
        cost_of(self.kdf_mib)

    def as_json(self) -> dict[str, JSON]:
        """Return the value of the register `founding`."""
        return {
            "person": self.person,
            "side": self.side,
            "organisation": self.organisation,
            "zone": self.zone,
        }


@dataclass(frozen=True, slots=True, repr=False)
class _Keys:
    device: Device
    card: DeviceCard
    recovery: RecoverySecret
    recovery_card: DeviceCard
    log_key: CaseKey
    epoch_key: bytes


def found(
    path: Path, passphrase: bytearray, founding: Founding, wall: str
) -> tuple[bytes, RecoverySecret]:
    """Make the vault folder `path`, whole or not at all; return replica key and recovery secret.

    Raises UsageError, StoreError (something is there) and DiskError.
    """
    founding.check()
    created = seconds(wall)
    check_new(passphrase)
    replica_key = os.urandom(KEY_SIZE)
    keys = _new_keys(founding)
    record_0 = _record_0(keys, founding, wall)
    vault_id = bytes.fromhex(record_0.id)
    wrapped = (
        slots.passphrase_slot(vault_id, replica_key, passphrase, cost_of(founding.kdf_mib)),
        slots.recovery_slot(replica_key, keys.recovery_card.recipient),
    )
    header = Header(vault_id, 1, created, wrapped)
    keyring = Keyring.generate(vault_id, keys.epoch_key)
    with folder.in_making(path) as draft:
        begin(Replica(draft, replica_key, vault_id, keys.device, keyring), header)
        for card in (keys.card, keys.recovery_card):
            grant.save_grant(draft / grant.FOLDER, keyring, keys.device, card, FIRST)
        office = new_office(
            keyring, FIRST, keys.recovery_card.recipient, post_quantum=founding.post_quantum
        )
        _write_log(draft, keys, keyring, (record_0, _record_1(keys, keyring, record_0, office)))
    return replica_key, keys.recovery


def _new_keys(founding: Founding) -> _Keys:
    device, recovery = Device.generate(), RecoverySecret.generate()
    return _Keys(
        device=device,
        card=device.card(founding.person, (ADMIN, DESKS[founding.side])),
        recovery=recovery,
        recovery_card=recovery.device().card(PERSON, (ROLE,)),
        log_key=CaseKey.generate(secrets.token_hex(CASE_ID_SIZE)),
        epoch_key=new_epoch_key(),
    )


def _record_0(keys: _Keys, founding: Founding, wall: str) -> Change:
    ops = [
        AddOp(FIELD, founding.as_json()),
        AddOp(DEVICE_FIELD + keys.card.device_id, keys.card.as_json()),
        AddOp(DEVICE_FIELD + keys.recovery_card.device_id, keys.recovery_card.as_json()),
        AddOp(f"epoch/{FIRST}", {"sha256": commitment(keys.epoch_key)}),
        AddOp(KEY_FIELD + keys.log_key.key_id, None),
    ]
    author = Author(keys.card.device_id, 1, founding.person, ADMIN)
    setting = Setting(keys.log_key.case_id, (), 1, wall)
    return write_change(author, setting, _told(ops), keys.device.signing, NO_VAULT)


def _record_1(keys: _Keys, keyring: Keyring, record_0: Change, office: dict[str, JSON]) -> Change:
    """Return the change that makes the office: it cannot be part of what names the vault."""
    author = Author(keys.card.device_id, 2, record_0.who, ADMIN)
    setting = Setting(keys.log_key.case_id, (record_0.id,), 2, record_0.wall)
    ops = _told([AddOp(f"{OFFICE_FIELD}{FIRST}", office)])
    return write_change(author, setting, ops, keys.device.signing, keyring.vault_id)


def _told(ops: Sequence[AddOp]) -> list[dict[str, JSON]]:
    return [op_json(op, ()) for op in ops]


def _write_log(draft: Path, keys: _Keys, keyring: Keyring, changes: Sequence[Change]) -> None:
    save_case_key(draft / "keys", keys.log_key, keyring)
    writer = Writer(draft / "journal", keys.device, keyring)
    writer.recover()
    for change in changes:
        writer.append(seal_record(keys.log_key, keyring.vault_id, change.id, change.raw))
    writer.close()


def seconds(wall: str) -> int:
    """Return a wall clock as seconds since 1970; raise UsageError."""
    try:
        moment = datetime.fromisoformat(wall)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(
            "wall clock is not a time with a zone", hint="such as 2026-01-02T03:04:05Z"
        )
    return int(moment.timestamp())
