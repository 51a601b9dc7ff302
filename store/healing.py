"""What is damaged in a replica, and what of it was taken whole from somewhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from store import folder
from store.admission import KEYS, Admission, WaitingError
from store.chain import CLOSED, closed_names, is_head, load_heads, segment_name
from store.device import DeviceCard
from store.head import Head
from store.medium import JOURNAL
from store.replica import Replica
from store.roster import Roster
from store.sync_report import Notes

_SHORT: Final = 8  # digits of an id that are enough to tell it


class Healing:
    """The damaged files of a replica, by name (`keys/<id>`, `journal/<device>/<name>`, ...).

    A damaged file is set aside at the moment when a whole one takes its place, not before: what
    still opens of it stays readable. `healed` are those that were replaced, or were gone.
    """

    def __init__(self, replica: Replica, damaged: frozenset[str], notes: Notes) -> None:
        self.healed: set[str] = set()
        self._replica = replica
        self._damaged = damaged
        self._gone = {each for each in damaged if not os.path.lexists(replica.path / each)}
        self._notes = notes

    def names(self, home: str) -> set[str]:
        """Return the names of the files in a folder that are damaged still."""
        left = (name.rpartition("/") for name in self._damaged - self.healed)
        return {name for place, _, name in left if place == home}

    def segments(self, device: str) -> set[str]:
        """Return the names, without their suffix, of a device's segments that are here whole."""
        spoilt = {name.removesuffix(CLOSED) for name in self.names(f"{JOURNAL}/{device}")}
        return closed_names(self._replica.path / JOURNAL / device) - spoilt

    def lost(self, card: DeviceCard, roster: Roster) -> set[tuple[int, str]]:
        """Return the segments of a device that were here, as its head or the next one says."""
        here, vault_id = self.segments(card.device_id), self._replica.vault_id
        home = self._replica.path / JOURNAL / card.device_id
        heads = load_heads(home) if home.is_dir() else {}
        signed = (each for each in heads.values() if each.is_signed_by(card.signing, vault_id))
        named = listed(signed) | roster.gaps(card.device_id)
        return {each for each in named if segment_name(*each) not in here}

    def file(self, place: str, raw: bytes, name: str, *, again: bool) -> None:
        """Write a file that proved itself; `again` says that it was here before."""
        path = self._replica.path / place
        if place in self._damaged:
            folder.set_aside(path)
        folder.make(path.parent)
        folder.write(path, raw)
        if again or place in self._damaged:
            self.tell(place, name)

    def keys(self, admission: Admission) -> None:
        """Take the case keys that are damaged or gone."""
        for key_id in sorted(self.names(KEYS)):
            try:
                admission.heal(key_id)
            except WaitingError as error:
                self._notes.tell("waiting", error.message)
            else:
                self.tell(f"{KEYS}/{key_id}", f"case key {key_id[:_SHORT]}")

    def heads(self, device: str) -> None:
        """Set the damaged heads of a device aside, as a whole one is at hand."""
        home = f"{JOURNAL}/{device}"
        for name in sorted(filter(is_head, self.names(home))):
            folder.set_aside(self._replica.path / home / name)
            self.tell(f"{home}/{name}", f"{name} of device {device[:_SHORT]}")

    def tell(self, place: str, name: str) -> None:
        """Note that a file was healed."""
        self.healed.add(place)
        set_aside = place in self._damaged - self._gone
        how = "was damaged here and is set aside" if set_aside else "was gone here"
        self._notes.tell("healed", f"{name} {how}: taken whole")


def listed(heads: Iterable[Head]) -> set[tuple[int, str]]:
    """Return the segments that heads name: (number, SHA-256)."""
    return {each for head in heads for each in head.segments}
