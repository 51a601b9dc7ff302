"""The grants that a medium offers: filed for whoever they help, epoch keys for this device."""

from __future__ import annotations

from collections.abc import Iterator

from store.age.errors import AgeError
from store.errors import DamagedError
from store.grant import FOLDER as GRANTS
from store.grant import LARGEST as LARGEST_GRANT
from store.grant import NAME as GRANT
from store.grant import SHORT, Grant, is_whole, read_grant
from store.healing import Healing
from store.keyring import Keyring, commitment
from store.medium import Medium, get
from store.replica import Replica
from store.role import GRANTING
from store.roster import Authority
from store.sync_report import Notes


class Offers:
    """The grants on a medium that are not here whole. `spoilt` are copies that are damaged."""

    def __init__(self, replica: Replica, medium: Medium, healing: Healing, notes: Notes) -> None:
        self.spoilt: set[str] = set()
        self._replica = replica
        self._medium = medium
        self._healing = healing
        self._notes = notes
        self._grants: dict[str, bytes] = {}
        self._ours: list[Grant] = []

    def read(self) -> None:
        """Read what is there; name what is damaged."""
        local = {each.name for each in (self._replica.path / GRANTS).iterdir()}
        local -= self._healing.names(GRANTS)
        for name in sorted(self._medium.names(GRANTS) - local):
            named = GRANT.fullmatch(name)
            if named is None:
                continue
            try:
                raw = get(self._medium, f"{GRANTS}/{name}", LARGEST_GRANT) or b""
                self._read(name, named[2], raw)
            except (DamagedError, AgeError) as error:
                self._notes.tell("damaged", f"grant {name}: {error.message}")

    def _read(self, name: str, short: str, raw: bytes) -> None:
        if not is_whole(name, raw):
            self.spoilt.add(f"{GRANTS}/{name}")
            raise DamagedError("the copy is damaged; copy it again")
        if short == self._replica.device_id[:SHORT]:
            self._ours.append(read_grant(raw, self._replica.vault_id, self._replica.device))
        self._grants[name] = raw

    def keyrings(self) -> Iterator[Keyring]:
        """Yield what may open record 0: the keys at hand, and each that was granted."""
        ours = self._replica.keyring
        if ours.epochs:
            yield ours
        for offer in self._ours:
            yield ours.with_epoch(offer.epoch, offer.key)

    def added(self, keyring: Keyring, authority: Authority) -> Keyring:
        """Return the keyring with the granted keys that the vault log commits to: no others."""
        for offer in self._ours:
            told = authority.commits_to(offer.epoch, commitment(offer.key))
            if told and offer.epoch not in keyring.epochs:
                keyring = keyring.with_epoch(offer.epoch, offer.key)
        return keyring

    def keep(self, authority: Authority) -> None:
        """Keep the epoch keys that an admin signed for, and file all grants; raise DiskError."""
        keyring, vault_id = self._replica.keyring, self._replica.vault_id
        for offer in self._ours:
            card = authority.devices.get(offer.by)
            trusted = card is not None and GRANTING.intersection(card.roles)
            signed = card is not None and offer.is_signed_by(card, vault_id)
            if trusted and signed and authority.commits_to(offer.epoch, commitment(offer.key)):
                keyring = keyring.with_epoch(offer.epoch, offer.key)
            else:
                self._notes.tell(
                    "refused", f"a grant of epoch {offer.epoch} is not by an admin of this vault"
                )
        if keyring is not self._replica.keyring:
            self._replica.keep_keyring(keyring)
        for name, raw in self._grants.items():
            if any(device[:SHORT] in name for device in authority.devices):
                again = name in self._healing.names(GRANTS)
                self._healing.file(f"{GRANTS}/{name}", raw, f"grant {name}", again=again)
