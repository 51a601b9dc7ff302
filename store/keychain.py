"""The case keys at hand: each is opened when it is first asked for, and then stays in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from store.casekey import CaseKey, load_case_key, save_case_key
from store.errors import DamagedError
from store.keyring import Keyring
from store.shred import Gone


class Keychain:
    """The files of the folder `keys`, by key id; what is `gone` is not at hand, also if it is here.

    `closed` says why a key that was asked for does not open; `tell` is called with each as it
    comes. `planted` is the case of each file that is here of a case that is gone.
    """

    def __init__(self, path: Path, keyring: Keyring, gone: Gone) -> None:
        self.closed: dict[str, str] = {}
        self.planted: dict[str, str] = {}
        self.tell: Callable[[str, str], None] = _nobody
        self._path = path
        self._keyring = keyring
        self._gone = gone
        self._keys: dict[str, CaseKey | None] = {}

    def get(self, key_id: str) -> CaseKey | None:
        """Return a case key, None where its file is missing or damaged."""
        if key_id not in self._keys:
            self._keys[key_id] = self._load(key_id)
        return self._keys[key_id]

    def look_again(self, key_id: str) -> CaseKey | None:
        """Return a case key whose file may have come since it was last asked for."""
        if self._keys.get(key_id) is None:
            self._keys.pop(key_id, None)
        return self.get(key_id)

    def make(self, case_id: str, keyring: Keyring) -> CaseKey:
        """Return a new key of a case once its file is on the medium; raise DiskError."""
        key = replace(CaseKey.generate(case_id), epoch=keyring.latest)
        save_case_key(self._path, key, keyring)
        self._keys[key.key_id] = key
        return key

    def _load(self, key_id: str) -> CaseKey | None:
        if key_id in self._gone.keys:
            return None
        try:
            key = load_case_key(self._path, key_id, self._keyring)
        except DamagedError as error:
            self.closed[key_id] = f"{error.message}; the changes it sealed stay closed"
            self.tell(key_id, self.closed[key_id])
            return None
        self.closed.pop(key_id, None)
        if key.case_id in self._gone.cases:
            self.planted[key_id] = key.case_id
            return None
        return key


def _nobody(key_id: str, reason: str) -> None:
    """Tell nobody: those of the opening are told once it is known what was destroyed."""
