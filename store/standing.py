"""How a vault's team stands: who is in, who is out and what they still know, what is on its way."""

from __future__ import annotations

from dataclasses import dataclass

from store.chain import closed_names, forked_at
from store.grant import FOLDER as GRANTS
from store.grant import SHORT, granted
from store.medium import JOURNAL
from store.office import kept_offices
from store.role import ADMIN, RECOVERY
from store.team import stale
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Standing:
    """Ids of devices, but for `waiting`: epochs that were opened and of which no key is here yet.

    `ungranted` lack the grant of an epoch that is here. `reading` were removed and can read what
    is written today, `knowing` were removed and know today's keys of the office.
    """

    devices: frozenset[str]
    admins: frozenset[str]
    removed: frozenset[str]
    waiting: frozenset[int]
    ungranted: frozenset[str]
    reading: frozenset[str]
    knowing: frozenset[str]
    forked: frozenset[str]


def standing(vault: Vault) -> Standing:
    """Return how the team of an open vault stands."""
    authority, keyring = vault.authority, vault.replica.keyring
    removed = authority.removed.keys() & authority.devices.keys()
    cards = authority.devices
    devices = {name for name in cards.keys() - removed if RECOVERY not in cards[name].roles}
    admins = {name for name in devices if ADMIN in cards[name].roles}
    journal = vault.replica.path / JOURNAL
    return Standing(
        frozenset(devices),
        frozenset(admins),
        frozenset(removed),
        frozenset(authority.epochs.keys() - keyring.epochs.keys()),
        _ungranted(vault, devices),
        stale(vault),
        frozenset(removed) - _never_told(vault),
        frozenset(name for name in devices if forked_at(closed_names(journal / name))),
    )


def _ungranted(vault: Vault, devices: set[str]) -> frozenset[str]:
    epochs, here = vault.authority.epochs, vault.replica.keyring.epochs
    known = granted(vault.replica.path / GRANTS)
    return frozenset(
        name
        for epoch in epochs.keys() & here.keys()
        for name in devices - epochs[epoch].without
        if (epoch, name[:SHORT]) not in known
    )


def _never_told(vault: Vault) -> frozenset[str]:
    """Return the devices that were not granted the epoch which today's office is sealed under."""
    match kept_offices(vault.log_state().fields, vault.replica.keyring)[-1][1]:
        case {"epoch": int(epoch)} if epoch in vault.authority.epochs:
            return vault.authority.epochs[epoch].without
        case _:
            return frozenset()
