"""What holds for every test: nothing of the person who runs it is read or written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def _no_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # for the whole session too: fixtures of a module come before those of a test
    with pytest.MonkeyPatch.context() as patch:
        _move(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(autouse=True)
def _own_home(
    _no_home: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    _move(monkeypatch, tmp_path_factory.mktemp("home"))


def _move(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        patch.setenv(name, str(home / name))
    for name in ("VAULT", "PASSPHRASE_COMMAND", "IDENTITY_FILE"):
        patch.delenv(f"BREACHCASE_{name}", raising=False)
