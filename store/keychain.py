"""The case keys at hand: each is opened when it is first asked for, and then stays in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from store.casekey import CaseKey, load_case_key, save_case_key
from store.errors import DamagedError
from store.keyring import Keyring


class Keychain:
    """The files of the folder `keys`, by key id. Each that fails is one line of `notices`."""

    def __init__(self, path: Path, keyring: Keyring, notices: list[str]) -> None:
        self._path = path
        self._keyring = keyring
        self._notices = notices
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
        try:
            return load_case_key(self._path, key_id, self._keyring)
        except DamagedError as error:
            self._notices.append(f"{error.message}; the changes it sealed stay closed")
            return None
