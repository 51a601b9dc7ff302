"""What holds for every test: nothing of the person who runs it is read or written."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name))
    for name in ("BREACHCASE_VAULT", "BREACHCASE_PASSPHRASE_COMMAND"):
        monkeypatch.delenv(name, raising=False)
