"""Who works on a vault: letting devices in and out, and the keys that follow from it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from models.errors import MissingError, UsageError
from models.strictjson import JSON
from store.chain import load_heads
from store.change import AddOp, AnyOp
from store.device import Device, DeviceCard
from store.errors import WrongPassphraseError
from store.grant import FOLDER as GRANTS
from store.grant import SHORT, granted, save_grant
from store.hold import required_reason
from store.keyring import Keyring, commitment, new_epoch_key
from store.recovery import RecoverySecret
from store.role import (
    ADMIN,
    ADOPTION_FIELD,
    DEVICE_FIELD,
    EPOCH_FIELD,
    GRANTING,
    RECOVERY,
    REMOVAL_FIELD,
    ROLES,
)
from store.vault import Vault

NOTHING: Final = (0, "0" * 64)
"""The pin of a device of which no segment was accepted."""
_HALF: Final = 16  # bits: the upper half of an epoch counts rotations, the lower one is random
_SHORTEST: Final = 4  # characters that a device id is named by


@dataclass(frozen=True, slots=True)
class Member:
    """A device of the vault: whose, in which roles, whether it was removed, whether it is ours."""

    card: DeviceCard
    removed: bool
    here: bool

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        return {
            "device": self.card.device_id,
            "person": self.card.person,
            "roles": [*self.card.roles],
            "number": self.card.number,
            "removed": self.removed,
            "here": self.here,
        }


def members(vault: Vault) -> tuple[Member, ...]:
    """Return the devices, those that were removed last."""
    authority = vault.authority
    found = [
        Member(card, name in authority.removed, name == vault.device_id)
        for name, card in authority.devices.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.removed, each.card.person)))


def find_member(vault: Vault, text: str) -> Member:
    """Return the device that an id, or at least 4 characters of its beginning, means.

    Raises MissingError for none and UsageError for several.
    """
    wanted = text.strip().lower()
    alike = [each for each in members(vault) if each.card.device_id.startswith(wanted)]
    if len(wanted) < _SHORTEST or not alike:
        raise MissingError("no device of that id", hint="breachcase team ls lists them")
    if len(alike) > 1:
        raise UsageError(f"{len(alike)} devices begin so", hint="give more of the id")
    return alike[0]


def is_admin(vault: Vault) -> bool:
    """Whether this device is an admin's, and was not removed."""
    out = vault.device_id in vault.authority.removed
    return ADMIN in vault.authority.devices[vault.device_id].roles and not out


def add(vault: Vault, card: DeviceCard, roles: Iterable[str], *, wall: str) -> DeviceCard:
    """Let a device in with these roles: it is granted every epoch, so it reads what there is.

    Raises UsageError (no such role, in already, not for this device's role) and what
    Vault.commit raises.
    """
    told = tuple(dict.fromkeys(roles))
    if not told or not set(told) <= set(ROLES):
        raise UsageError("a device is let in with a role", hint=f"one of {', '.join(ROLES)}")
    if card.device_id in vault.authority.devices:
        raise UsageError(
            "this device was let in before", hint="one that was removed needs a new device"
        )
    _must_grant(vault)
    enrolled = replace(card, roles=told)
    keyring = vault.replica.keyring
    for epoch in sorted(keyring.epochs.keys() & vault.authority.epochs.keys()):
        save_grant(vault.replica.path / GRANTS, keyring, vault.replica.device, enrolled, epoch)
    _log(vault, [AddOp(DEVICE_FIELD + enrolled.device_id, enrolled.as_json())], wall)
    return enrolled


def remove(  # noqa: PLR0913 -- what is optional is named
    vault: Vault,
    device_id: str,
    reason: str,
    *,
    wall: str,
    last: int | None = None,
    recovery: RecoverySecret | None = None,
) -> None:
    """Take a device out: what it wrote beyond what is here does not count from now on.

    `last` is the number of an earlier segment, the last one to count. An admin begins a new epoch
    with it; with `recovery` the office gets its next keys too, which the device does not learn.
    Raises UsageError (no reason, this very device, the recovery key, no such segment, not for this
    device's role), MissingError, WrongPassphraseError, AgeError, and what Vault.commit raises.
    """
    why = required_reason(reason)
    member = find_member(vault, device_id)
    settles = RECOVERY in vault.authority.devices[vault.device_id].roles  # whoever is out already
    if member.here or (member.removed and not settles) or RECOVERY in member.card.roles:
        raise UsageError(
            "the recovery key and this very device stay, and who was removed is out",
            hint="another admin removes this device",
        )
    _must_grant(vault)
    if recovery is not None:
        _must_be_ours(vault, recovery)
    seq, digest = _last(vault, member.card.device_id, last)
    ops: list[AnyOp] = [
        AddOp(REMOVAL_FIELD + member.card.device_id, {"seq": seq, "sha256": digest})
    ]
    if is_admin(vault):
        ops += _new_epoch(vault, {*vault.authority.removed, member.card.device_id})
    _log(vault, ops, wall, why)
    if recovery is not None:
        vault.rotate_office(recovery, wall=wall)  # not before: it is sealed under the new epoch


def adopt(vault: Vault, segment: str, reason: str, *, wall: str) -> None:
    """Let a quarantined segment count, by its name.

    Raises UsageError without a reason, MissingError, and what Vault.commit raises.
    """
    why = required_reason(reason)
    found = [each for each in vault.history.quarantined if each.name == segment.strip().lower()]
    if not found:
        raise MissingError(
            "no segment of that name is quarantined", hint="breachcase team ls lists them"
        )
    ops: list[AnyOp] = [
        AddOp(ADOPTION_FIELD + each.digest, {"device": each.device}) for each in found
    ]
    _log(vault, ops, wall, why)


def renew(vault: Vault, fresh: Device | None = None, *, wall: str) -> tuple[Device, bool]:
    """Give this replica a new device, `fresh` if there is one, as a vault that was copied needs.

    Return it, and whether it is let in already: an admin lets the new one in by the old one.
    Raises what Vault.commit raises.
    """
    vault.must_write()
    card = vault.authority.devices[vault.device_id]
    device = fresh or Device.generate()
    if is_admin(vault):
        add(vault, device.card(card.person, ()), card.roles, wall=wall)
    vault.settle()
    vault.replica.keep_device(device)
    return device, is_admin(vault)


def stale(vault: Vault) -> frozenset[str]:
    """Return the removed devices that were granted the epoch that is written under.

    There are some where two admins each removed a device without knowing of the other's removal.
    """
    epoch = vault.authority.epochs[vault.history.keyring.latest]
    return frozenset(vault.authority.removed.keys() & vault.authority.devices) - epoch.without


def rotate(vault: Vault, *, wall: str) -> bool:
    """Begin a new epoch if the present one is stale and this device may; return whether it did."""
    if not (stale(vault) and is_admin(vault)):
        return False
    _log(vault, _new_epoch(vault, {*vault.authority.removed}), wall)
    return True


def complete(vault: Vault) -> int:
    """Grant each device the epochs that it lacks, if this one may; return how many.

    A device lacks some that was let in while another admin began an epoch. Raises DiskError.
    """
    authority, keyring = vault.authority, vault.replica.keyring
    if not is_admin(vault):
        return 0
    path, count = vault.replica.path / GRANTS, 0
    here = granted(path)
    for epoch in keyring.epochs.keys() & authority.epochs.keys():
        out = authority.epochs[epoch].without | authority.removed.keys()
        for name in authority.devices.keys() - out:
            if (epoch, name[:SHORT]) not in here:
                save_grant(path, keyring, vault.replica.device, authority.devices[name], epoch)
                count += 1
    return count


def _log(vault: Vault, ops: list[AnyOp], wall: str, why: str = "") -> None:
    """Write to the vault log, and read the vault by what it says now."""
    vault.commit(vault.log_id, ops, shown=vault.log_state(), wall=wall, why=why)
    vault.read_again()


def _new_epoch(vault: Vault, without: set[str]) -> list[AnyOp]:
    """Return what opens an epoch that `without` are not granted; its grants and key are written.

    The key is used only once the vault log names it, so a crash in between costs nothing.
    """
    number, key = _number(vault.replica.keyring), new_epoch_key()
    keyring = vault.replica.keyring.with_epoch(number, key)
    devices = vault.authority.devices
    for name, card in devices.items():
        if name not in without:
            save_grant(vault.replica.path / GRANTS, keyring, vault.replica.device, card, number)
    vault.replica.keep_keyring(keyring)
    value: JSON = {"sha256": commitment(key), "without": [*sorted(without)]}
    return [AddOp(f"{EPOCH_FIELD}{number}", value)]


def _number(keyring: Keyring) -> int:
    """Return the number of a new epoch: above all others, and not what a colleague draws too."""
    high = (max(keyring.epochs) >> _HALF) + 1
    return (high << _HALF) | int.from_bytes(os.urandom(_HALF // 8), "big")


def _last(vault: Vault, device_id: str, last: int | None) -> tuple[int, str]:
    """Return number and SHA-256 of the last segment of a device that is here, or of that number.

    Raises UsageError where there is none of that number, or where there are two.
    """
    home = vault.replica.path / "journal" / device_id
    heads = load_heads(home).values() if home.is_dir() else ()
    listed = {each for head in heads for each in head.segments}
    if last is None:
        return max(listed, default=NOTHING)
    found = [each for each in (*listed, NOTHING) if each[0] == last]
    if len(found) != 1:
        raise UsageError(
            f"there is no segment {last} of this device, or it is forked there",
            hint="name an earlier one, or 0 for none at all",
        )
    return found[0]


def _must_grant(vault: Vault) -> None:
    vault.must_write()
    if not GRANTING.intersection(vault.authority.devices[vault.device_id].roles):
        raise UsageError(
            "only an admin lets devices in and out", hint="breachcase team ls names the admins"
        )


def _must_be_ours(vault: Vault, recovery: RecoverySecret) -> None:
    """Raise WrongPassphraseError for the recovery key of another vault, before anything is done."""
    if recovery.device().card("", ()).device_id not in vault.authority.devices:
        raise WrongPassphraseError(
            "that is another vault's recovery key", hint="compare the vault number on its sheet"
        )
